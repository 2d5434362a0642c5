package dozo.vhdx.format;

import dozo.vhdx.VirtualDisk;

/**
 * How the block allocation table is laid out (MS-VHDX 2.5.1): the entries of a chunk's payload
 * blocks, then that of the chunk's sector bitmap, then the next chunk's. Fixed and dynamic files
 * have the bitmap entries too, except after the last payload block.
 *
 * @param diskBytes size of the virtual disk
 * @param blockBytes a power of two from 1 MiB to 256 MiB
 * @param logicalSectorBytes 512 or 4096
 * @param differencing whether the file has a parent
 */
public record BatGeometry(
    long diskBytes, int blockBytes, int logicalSectorBytes, boolean differencing) {

  /** Length of an entry. */
  public static final int ENTRY_BYTES = 8;

  /** A sector bitmap block is 1 MiB, and so covers two to this power sectors. */
  private static final int BITMAP_SECTORS_SHIFT = 23;

  /** Checks the block size. */
  public BatGeometry {
    if (!isBlockSize(blockBytes)) {
      throw new IllegalArgumentException(
          "block size must be a power of two from 1 MiB to 256 MiB, not " + blockBytes);
    }
  }

  /** The layout for a disk. */
  public static BatGeometry of(VirtualDisk disk, int blockBytes, boolean differencing) {
    return new BatGeometry(disk.sizeBytes(), blockBytes, disk.logicalSectorBytes(), differencing);
  }

  /** Whether the format allows a block size. */
  public static boolean isBlockSize(long bytes) {
    return Long.bitCount(bytes) == 1
        && bytes >= VhdxFormat.MIN_BLOCK_BYTES
        && bytes <= VhdxFormat.MAX_BLOCK_BYTES;
  }

  /** Payload blocks that share one sector bitmap block. */
  public int chunkRatio() {
    return 1 << chunkShift();
  }

  private int chunkShift() {
    return BITMAP_SECTORS_SHIFT
        + Integer.numberOfTrailingZeros(logicalSectorBytes)
        - Integer.numberOfTrailingZeros(blockBytes);
  }

  /** Number of payload blocks, at most 2^26. */
  public int payloadBlocks() {
    return (int) ((diskBytes + blockBytes - 1) / blockBytes);
  }

  /** Number of sector bitmap blocks that the payload blocks need. */
  public int bitmapBlocks() {
    return Math.ceilDiv(payloadBlocks(), chunkRatio());
  }

  /** Number of entries in the table. */
  public long entries() {
    return differencing
        ? (long) bitmapBlocks() * (chunkRatio() + 1)
        : payloadBlocks() + (payloadBlocks() - 1) / chunkRatio();
  }

  /** Index of the entry of a payload block. */
  public long payloadIndex(int block) {
    return (long) block + (block >> chunkShift());
  }

  /** Index of the entry of the sector bitmap block that covers a payload block. */
  public long bitmapIndex(int block) {
    return (long) (block >> chunkShift()) * (chunkRatio() + 1) + chunkRatio();
  }

  /**
   * The payload block of an entry, or for a bitmap's entry the first block behind its chunk; may
   * lie past the last block.
   */
  public long payloadBlock(long index) {
    return index - index / (chunkRatio() + 1);
  }

  /** Where a payload block begins on the virtual disk. */
  public long diskOffset(int block) {
    return (long) block * blockBytes;
  }

  /** Bytes of a payload block that lie on the disk, which are fewer at its end. */
  public int bytesOf(int block) {
    return (int) Math.min(blockBytes, diskBytes - diskOffset(block));
  }
}
