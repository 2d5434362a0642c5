package dozo.vhdx.format;

import java.nio.charset.StandardCharsets;

/** The constants of MS-VHDX 2.2 to 2.6, and the caps of our own on what it leaves open. */
public final class VhdxFormat {

  /** One MiB: the unit in which everything after the header section is placed. */
  public static final int MIB = 1 << 20;

  /** The page in which headers, log and block table are written. */
  public static final int PAGE = 4096;

  /** The first eight bytes of every VHDX, as a little-endian long. */
  public static final long FILE_SIGNATURE = signature("vhdxfile");

  /** Where the creator's name begins, as UTF-16LE. */
  public static final int CREATOR_OFFSET = 8;

  /** How many bytes the creator's name may take. */
  public static final int CREATOR_BYTES = 512;

  /** Offset of the first copy of the header. */
  public static final int HEADER_1_OFFSET = 64 << 10;

  /** Offset of the second copy of the header. */
  public static final int HEADER_2_OFFSET = 128 << 10;

  /** Offset of the first copy of the region table. */
  public static final int REGION_TABLE_1_OFFSET = 192 << 10;

  /** Offset of the second copy of the region table. */
  public static final int REGION_TABLE_2_OFFSET = 256 << 10;

  /** Length of one copy of the region table, and of the metadata table. */
  public static final int TABLE_BYTES = 64 << 10;

  /** Most entries in a region table or a metadata table. */
  public static final int MAX_TABLE_ENTRIES = 2047;

  /** Length of the section that holds identifier, headers and region tables. */
  public static final int HEADER_SECTION_BYTES = MIB;

  /** Smallest payload block. */
  public static final int MIN_BLOCK_BYTES = MIB;

  /** Largest payload block. */
  public static final int MAX_BLOCK_BYTES = 256 * MIB;

  /** Longest log that is replayed; a cap of our own. Writers use 1 MiB. */
  public static final long MAX_LOG_BYTES = 1L << 30;

  /** The log may change nothing from here on; a cap of our own. */
  public static final long MAX_LOG_TARGET = 64L << 40;

  /** Most zeros that a log may write; a cap of our own. */
  public static final long MAX_LOG_ZERO_BYTES = 4L << 30;

  /**
   * No block may end beyond this offset; a cap of our own. Twice the largest disk leaves room for
   * every structure and for blocks that were given up.
   */
  public static final long MAX_FILE_BYTES = 128L << 40;

  private VhdxFormat() {}

  /** The bytes of an ASCII word as a little-endian number. */
  public static long signature(String word) {
    byte[] bytes = word.getBytes(StandardCharsets.US_ASCII);
    long value = 0;
    for (int i = 0; i < bytes.length; i++) {
      value |= (bytes[i] & 0xFFL) << (8 * i);
    }
    return value;
  }

  /** Whether a number is a multiple of one MiB, read as unsigned. */
  public static boolean isMibAligned(long value) {
    return (value & (MIB - 1)) == 0;
  }

  /** Rounds up to a multiple of one MiB. */
  public static long roundUpToMib(long value) {
    return (value + MIB - 1) & -MIB;
  }
}
