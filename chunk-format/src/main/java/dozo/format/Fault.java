package dozo.format;

import java.nio.file.Path;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link DozoException} has to tell, in the order in which a person needs it: what happened,
 * to which object, where, what was expected and what was there, and what to do now.
 *
 * <p>A fault is put together by naming what is known and leaving out the rest:
 *
 * <pre>{@code
 * Fault.of("The pack directory's checksum differs")
 *     .in("pack " + packId)
 *     .file(path)
 *     .at(offset)
 *     .expected(stored)
 *     .actual(computed)
 *     .cure("run 'dozo verify' to see which restore points need it");
 * }</pre>
 *
 * <p>No part may ever hold key material, a token or a passphrase: the text goes to logs and
 * screens.
 *
 * @param what what happened, as a sentence without its full stop
 * @param object the object that it happened to, with its whole id
 * @param file the file that holds the object
 * @param offset the byte offset in the file, or in the object where there is no file; -1 if unknown
 * @param expected what should have been there
 * @param actual what was there
 * @param cure what the reader can do now, as an instruction without its full stop
 */
public record Fault(
    String what,
    @Nullable String object,
    @Nullable Path file,
    long offset,
    @Nullable String expected,
    @Nullable String actual,
    @Nullable String cure) {

  /** Starts a fault with what happened. */
  public static Fault of(String what) {
    return new Fault(what, null, null, -1, null, null, null);
  }

  /** Names the object, such as {@code "pack 01…"} or {@code "chunk 9f…"}. */
  public Fault in(String object) {
    return new Fault(what, object, file, offset, expected, actual, cure);
  }

  /** Names the file. */
  public Fault file(Path file) {
    return new Fault(what, object, file, offset, expected, actual, cure);
  }

  /** Gives the byte offset. */
  public Fault at(long offset) {
    return new Fault(what, object, file, offset, expected, actual, cure);
  }

  /** Says what should have been there. */
  public Fault expected(String expected) {
    return new Fault(what, object, file, offset, expected, actual, cure);
  }

  /** Says which number should have been there. */
  public Fault expected(long expected) {
    return expected(Long.toString(expected));
  }

  /** Says what was there. */
  public Fault actual(String actual) {
    return new Fault(what, object, file, offset, expected, actual, cure);
  }

  /** Says which number was there. */
  public Fault actual(long actual) {
    return actual(Long.toString(actual));
  }

  /** Says what to do now. */
  public Fault cure(String cure) {
    return new Fault(what, object, file, offset, expected, actual, cure);
  }

  /** Shows a checksum, a magic number or a set of flags as such values are written everywhere. */
  public static String hex(int value) {
    return "0x" + HexFormat.of().toHexDigits(value);
  }

  /** Returns the whole message on one line. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(what);
    String separator = ": ";
    for (String part :
        new @Nullable String[] {
          object,
          file == null ? null : "file " + file,
          offset < 0 ? null : "offset " + offset,
          expected == null ? null : "expected " + expected,
          actual == null ? null : "found " + actual
        }) {
      if (part != null) {
        text.append(separator).append(part);
        separator = ", ";
      }
    }
    text.append('.');
    if (cure != null) {
      text.append(" What to do: ").append(cure).append('.');
    }
    return text.toString();
  }
}
