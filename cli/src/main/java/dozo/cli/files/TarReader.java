package dozo.cli.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dozo.format.CorruptDataException;
import dozo.format.Fault;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the archives that GNU tar makes with {@code --format=posix}, and no others: what it does
 * not know is refused.
 *
 * <p>For one thread.
 */
final class TarReader {
  /** An extended attribute has at most 64 KiB, and a file few of them. */
  private static final int LARGEST_EXTENSION = 4 << 20;

  private static final Pattern TIME = Pattern.compile("-?\\d{1,15}(\\.\\d{1,9})?");

  private final InputStream in;
  private final byte[] block = new byte[TarFormat.BLOCK];
  private final byte[] buffer = new byte[128 << 10];
  private long unread;
  private int padding;

  TarReader(InputStream in) {
    this.in = in;
  }

  /**
   * Reads the next header, after what is left of the content before it.
   *
   * @return empty at the archive's end
   */
  Optional<TarEntry> next() throws IOException {
    content(OutputStream.nullOutputStream());
    Map<String, String> extension = Map.of();
    while (true) {
      in.readNBytes(padding);
      padding = 0;
      if (in.readNBytes(block, 0, TarFormat.BLOCK) < TarFormat.BLOCK) {
        throw new EOFException("The archive ends before its end");
      }
      if (isZero()) {
        in.transferTo(OutputStream.nullOutputStream());
        return Optional.empty();
      }
      if (octal(TarFormat.CHECKSUM_AT, TarFormat.CHECKSUM_BYTES) != TarFormat.checksum(block)) {
        throw strange("a header whose checksum differs");
      }
      char type = (char) block[156];
      if (type != TarFormat.EXTENDED) {
        return Optional.of(entry(type, extension));
      }
      if (!extension.isEmpty()) {
        throw strange("two extensions of one header");
      }
      extension = extension();
    }
  }

  /** Passes the content of the last entry on, as far as it was not read. */
  void content(OutputStream out) throws IOException {
    while (unread > 0) {
      int count = in.read(buffer, 0, (int) Math.min(unread, buffer.length));
      if (count < 0) {
        throw new EOFException("The archive ends within a file");
      }
      out.write(buffer, 0, count);
      unread -= count;
    }
    in.readNBytes(padding);
    padding = 0;
  }

  private TarEntry entry(char type, Map<String, String> extension) throws CorruptDataException {
    Map<String, String> attributes = new HashMap<>();
    extension.forEach((keyword, value) -> {
      if (keyword.startsWith(TarFormat.ATTRIBUTE)) {
        attributes.put(keyword.substring(TarFormat.ATTRIBUTE.length()), value);
      }
    });
    String prefix = text(345, 155);
    String name = (prefix.isEmpty() ? "" : prefix + "/") + text(0, 100);
    boolean isFile = type == TarEntry.FILE;
    long size = number(extension, "size", 124, 12);
    if (!isFile && size != 0) {
      throw strange("content of what is no file");
    }
    TarEntry entry =
        new TarEntry(
            type,
            extension.getOrDefault("path", name),
            extension.getOrDefault("linkpath", text(157, 100)),
            (int) octal(100, 8) & 07777,
            number(extension, "uid", 108, 8),
            number(extension, "gid", 116, 8),
            size,
            time(extension),
            attributes);
    unread = size;
    padding = TarFormat.padding(size);
    return entry;
  }

  private String time(Map<String, String> extension) throws CorruptDataException {
    String time = extension.getOrDefault("mtime", "");
    if (time.isEmpty()) {
      return Long.toString(octal(136, 12));
    }
    if (!TIME.matcher(time).matches()) {
      throw strange("a time that is none");
    }
    return time;
  }

  private Map<String, String> extension() throws IOException {
    long size = octal(124, 12);
    if (size > LARGEST_EXTENSION) {
      throw strange("an extension of " + size + " bytes");
    }
    byte[] bytes = in.readNBytes((int) size);
    if (bytes.length < size) {
      throw new EOFException("The archive ends within an extension");
    }
    padding = TarFormat.padding(size);
    Map<String, String> records = new HashMap<>();
    for (int at = 0; at < bytes.length; ) {
      int blank = at;
      int length = 0;
      while (blank < bytes.length && blank < at + 8 && bytes[blank] != ' ') {
        length = length * 10 + Character.digit(bytes[blank++], 10);
      }
      int equals = blank;
      while (equals < bytes.length && bytes[equals] != '=') {
        equals++;
      }
      int end = at + length;
      if (length <= 0 || end > bytes.length || equals >= end - 1 || bytes[end - 1] != '\n') {
        throw strange("an extension of another shape");
      }
      records.put(
          new String(bytes, blank + 1, equals - blank - 1, ISO_8859_1),
          new String(bytes, equals + 1, end - equals - 2, ISO_8859_1));
      at = end;
    }
    return records;
  }

  private long number(Map<String, String> extension, String keyword, int at, int length)
      throws CorruptDataException {
    String text = extension.getOrDefault(keyword, "");
    if (text.isEmpty()) {
      return octal(at, length);
    }
    if (!text.matches("\\d{1,18}")) {
      throw strange("a " + keyword + " that is no number");
    }
    return Long.parseLong(text);
  }

  private long octal(int at, int length) throws CorruptDataException {
    String digits = text(at, length).strip();
    if (digits.isEmpty()) {
      return 0;
    }
    if (!digits.matches("[0-7]+")) {
      throw strange("a number that is none");
    }
    return Long.parseLong(digits, 8);
  }

  private String text(int at, int length) {
    int end = at;
    while (end < at + length && block[end] != 0) {
      end++;
    }
    return new String(block, at, end - at, ISO_8859_1);
  }

  private boolean isZero() {
    for (byte each : block) {
      if (each != 0) {
        return false;
      }
    }
    return true;
  }

  private static CorruptDataException strange(String what) {
    return new CorruptDataException(
        Fault.of("What reads the guest's files sent " + what)
            .cure("the file system may be made to attack whoever reads it; look at it in a VM"));
  }
}
