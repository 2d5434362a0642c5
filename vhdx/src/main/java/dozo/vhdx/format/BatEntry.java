package dozo.vhdx.format;

/**
 * An entry of the block allocation table: bits 0-2 are the state, bits 20-63 the file offset in
 * MiB, the rest is reserved. It is kept as the long that it is, because tables have up to 67
 * million of them.
 */
public final class BatEntry {

  /** The block was never written: zeros, or what the parent holds. */
  public static final int NOT_PRESENT = 0;

  /** The block's content is anything; read as zeros, and hides the parent. */
  public static final int UNDEFINED = 1;

  /** The block is zeros, and hides the parent. */
  public static final int ZERO = 2;

  /** The guest gave the block up; read as zeros, and hides the parent. */
  public static final int UNMAPPED = 3;

  /** What UNMAPPED was in a draft of the format; read as zeros. */
  public static final int UNMAPPED_DRAFT = 5;

  /** The block is in the file, whole. */
  public static final int FULLY_PRESENT = 6;

  /** The sector bitmap says which sectors are in the file and which are the parent's. */
  public static final int PARTIALLY_PRESENT = 7;

  private static final long STATE_BITS = 7;
  private static final long OFFSET_BITS = -(1L << 20);

  private BatEntry() {}

  /** The state of an entry. */
  public static int state(long entry) {
    return (int) (entry & STATE_BITS);
  }

  /** The file offset of an entry in bytes, unsigned; it means something in states 6 and 7 only. */
  public static long fileOffset(long entry) {
    return entry & OFFSET_BITS;
  }

  /** Whether reserved bits are set. */
  public static boolean hasReservedBits(long entry) {
    return (entry & ~(OFFSET_BITS | STATE_BITS)) != 0;
  }

  /**
   * Makes an entry.
   *
   * @param fileOffset a multiple of 1 MiB
   */
  public static long of(int state, long fileOffset) {
    return fileOffset | state;
  }
}
