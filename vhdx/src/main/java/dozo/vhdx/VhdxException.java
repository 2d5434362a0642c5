package dozo.vhdx;

import java.io.IOException;

/**
 * A VHDX file, or a chain of them, cannot be read safely. Nothing that was read from it may be
 * used.
 *
 * <p>The message names the file, the structure, its place in the file, what the format asks for and
 * what was found. Text that comes from the file appears in it only after control and formatting
 * characters were replaced.
 */
public final class VhdxException extends IOException {

  /** Whose fault it is, which decides what an admin can do about it. */
  public enum Fault {
    /** The bytes break the format: they were damaged, cut short, or made to deceive. */
    CORRUPT,
    /** The file is well-formed, but asks for something that this reader does not know. */
    UNSUPPORTED,
    /** The file is larger or deeper than any that this reader agrees to open. */
    LIMIT,
    /** The file is good, but the files given with it do not complete its chain. */
    BROKEN_CHAIN,
    /** The file is not what it was when it was opened. */
    CHANGED
  }

  private final Fault fault;
  private final String file;
  private final String structure;
  private final long offset;

  /**
   * Tells what is wrong.
   *
   * @param fault whose fault it is
   * @param file name of the file
   * @param structure the structure that is wrong, such as {@code "region table 1"}
   * @param offset byte offset of that structure in the file
   * @param expected what the format asks for
   * @param found what was there
   */
  public VhdxException(
      Fault fault, String file, String structure, long offset, String expected, String found) {
    super(
        "%s: %s at offset %d (0x%x): expected %s, found %s"
            .formatted(file, structure, offset, offset, expected, found));
    this.fault = fault;
    this.file = file;
    this.structure = structure;
    this.offset = offset;
  }

  /** Whose fault it is. */
  public Fault fault() {
    return fault;
  }

  /** Name of the file. */
  public String file() {
    return file;
  }

  /** The structure that is wrong. */
  public String structure() {
    return structure;
  }

  /** Byte offset of the structure in the file. */
  public long offset() {
    return offset;
  }
}
