package dozo.vhdx.read;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Makes text that came from a file fit for a terminal and a log. */
final class Printable {

  private static final int MAX_CHARS = 256;

  private Printable() {}

  /** Decodes UTF-16LE up to the first NUL or the end of the buffer; never fails. */
  static String utf16(ByteBuffer bytes) {
    String text = StandardCharsets.UTF_16LE.decode(bytes.duplicate()).toString();
    int end = text.indexOf('\0');
    return of(end < 0 ? text : text.substring(0, end));
  }

  /** Replaces whatever could move a cursor or hide in a line, and cuts what is too long. */
  static String of(String text) {
    StringBuilder printable = new StringBuilder();
    text.codePoints()
        .limit(MAX_CHARS)
        .map(point -> isSafe(point) ? point : '?')
        .forEach(printable::appendCodePoint);
    return printable.toString();
  }

  private static boolean isSafe(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
