package dozo.cli.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;

/**
 * Writes an archive with all that matters in extensions, so that there is one way to say a thing.
 * The contents are the caller's to write, each followed by {@link #endOfContent}.
 *
 * <p>For one thread.
 */
final class TarWriter {
  private final OutputStream out;

  TarWriter(OutputStream out) {
    this.out = out;
  }

  /** Writes the header of an entry. */
  void entry(TarEntry entry) throws IOException {
    ByteArrayOutputStream extension = new ByteArrayOutputStream();
    record(extension, "path", entry.path());
    if (!entry.link().isEmpty()) {
      record(extension, "linkpath", entry.link());
    }
    record(extension, "size", Long.toString(entry.sizeBytes()));
    record(extension, "mtime", entry.modified());
    record(extension, "uid", Long.toString(entry.owner()));
    record(extension, "gid", Long.toString(entry.group()));
    for (var attribute : entry.attributes().entrySet()) {
      record(extension, TarFormat.ATTRIBUTE + attribute.getKey(), attribute.getValue());
    }
    header(TarFormat.EXTENDED, 0, extension.size());
    extension.writeTo(out);
    endOfContent(extension.size());
    header(entry.type(), entry.mode(), 0);
  }

  /** Fills up the last block of a content. */
  void endOfContent(long sizeBytes) throws IOException {
    out.write(new byte[TarFormat.padding(sizeBytes)]);
  }

  /** Ends the archive. */
  void end() throws IOException {
    out.write(new byte[2 * TarFormat.BLOCK]);
    out.flush();
  }

  private void header(char type, int mode, int sizeBytes) throws IOException {
    byte[] block = new byte[TarFormat.BLOCK];
    put(block, 0, "entry");
    put(block, 100, octal(mode, 7));
    put(block, 108, octal(0, 7));
    put(block, 116, octal(0, 7));
    put(block, 124, octal(sizeBytes, 11));
    put(block, 136, octal(0, 11));
    block[156] = (byte) type;
    put(block, 257, "ustar");
    put(block, 263, "00");
    put(block, TarFormat.CHECKSUM_AT, octal(TarFormat.checksum(block), 6));
    block[TarFormat.CHECKSUM_AT + 7] = ' ';
    out.write(block);
  }

  private static String octal(int value, int digits) {
    return String.format(Locale.ROOT, "%0" + digits + "o", value);
  }

  private static void put(byte[] block, int at, String text) {
    byte[] bytes = text.getBytes(US_ASCII);
    System.arraycopy(bytes, 0, block, at, bytes.length);
  }

  /** A record's length counts itself. */
  private static void record(ByteArrayOutputStream out, String keyword, String value) {
    int rest = 1 + keyword.length() + 1 + value.length() + 1;
    int length = rest + Integer.toString(rest).length();
    length = rest + Integer.toString(length).length();
    out.writeBytes((length + " " + keyword + "=" + value + "\n").getBytes(ISO_8859_1));
  }
}
