package dozo.cli.files;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads what {@code find} says of a directory and of what is in it, or of a file. */
public final class FileListing {
  private static final int LONGEST = 16 << 10;
  private static final int FIELDS = 8;

  private FileListing() {}

  /**
   * A file.
   *
   * @param name as it is shown; empty for what the listing is of
   * @param type as find has it: {@code f}, {@code d}, {@code l}, {@code b}, {@code c}, {@code p} or
   *     {@code s}
   * @param mode the permission bits and the three above them
   * @param owner the number of the user
   * @param group the number of the group
   * @param sizeBytes its length
   * @param modified when it was written to
   * @param link where it leads, if it is a link, as it is shown
   */
  public record Row(
      String name,
      char type,
      int mode,
      long owner,
      long group,
      long sizeBytes,
      Instant modified,
      String link) {

    /** Type and mode as {@code ls} shows them. */
    public String permissions() {
      StringBuilder text = new StringBuilder().append(type == 'f' ? '-' : type);
      for (int shift = 6; shift >= 0; shift -= 3) {
        int bits = mode >> shift;
        // The bits above are told in the place of the three executes: user, group, other.
        boolean special = ((mode >> (9 + shift / 3)) & 1) != 0;
        boolean execute = (bits & 1) != 0;
        char mark = shift == 0 ? 't' : 's';
        text.append((bits & 4) != 0 ? 'r' : '-').append((bits & 2) != 0 ? 'w' : '-');
        text.append(special ? (execute ? mark : Character.toUpperCase(mark)) : execute ? 'x' : '-');
      }
      return text.toString();
    }
  }

  /**
   * Reads to the end.
   *
   * @param reading of the action {@code list}; stays the caller's to close
   * @return what went wrong with some of the files, for people
   * @throws IOException if nothing can be listed
   */
  public static List<String> read(Reading reading, Consumer<Row> rows) throws IOException {
    boolean any = false;
    InputStream in = new BufferedInputStream(reading.output());
    for (Optional<String> record = record(in); record.isPresent(); record = record(in)) {
      rows.accept(parse(record.get()));
      any = true;
    }
    ReaderErrors.Summary summary = reading.awaitEnd();
    if (summary.exitCode() != 0 && !any) {
      throw Reading.failure(summary);
    }
    return summary.lines();
  }

  private static Optional<String> record(InputStream in) throws IOException {
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    for (int c = in.read(); c > 0; c = in.read()) {
      if (record.size() == LONGEST) {
        throw new IOException("What reads the guest's files sent a name of more than " + LONGEST);
      }
      record.write(c);
    }
    return record.size() == 0
        ? Optional.empty()
        : Optional.of(record.toString(StandardCharsets.ISO_8859_1));
  }

  /** Only the last field, where a link leads, may have slashes. */
  static Row parse(String record) throws IOException {
    String[] fields = record.split("/", FIELDS);
    if (fields.length < FIELDS || fields[1].length() != 1) {
      throw new IOException("What reads the guest's files sent a listing of another shape");
    }
    try {
      return new Row(
          GuestNames.shown(fields[0]),
          fields[1].charAt(0),
          Integer.parseInt(fields[2], 8),
          Long.parseLong(fields[3]),
          Long.parseLong(fields[4]),
          Long.parseLong(fields[5]),
          Instant.ofEpochSecond(Long.parseLong(fields[6].replaceFirst("\\..*", ""))),
          GuestNames.shown(fields[7]));
    } catch (NumberFormatException | DateTimeException e) {
      throw new IOException("What reads the guest's files sent a listing of another shape", e);
    }
  }
}
