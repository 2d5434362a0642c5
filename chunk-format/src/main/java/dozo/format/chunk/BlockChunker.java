package dozo.format.chunk;

import static dozo.format.chunk.ChunkerParameters.BLOCK_BYTES;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Cuts only between blocks of 4 KiB of the disk: where the CRC-32C of the whole block before says
 * so, or where a file ends, which a block that ends in eight zero bytes shows.
 *
 * <p>File systems and databases write whole blocks, so that most of what repeats on disks repeats
 * at block offsets; and one CRC a block costs far less than a hash step a byte. The hash covers the
 * whole block because the last bytes of files are alike. Between {@code minimum} and {@code
 * maximum} a cut is equally likely after every block, so that random data has the average asked
 * for; below the average the odds are halved, and above it doubled, as often as the normalization
 * level says.
 */
final class BlockChunker implements Chunker {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** One more than the highest CRC. */
  private static final long CRCS = 1L << 32;

  private final int averageBytes;
  private final int minimumBytes;
  private final int maximumBytes;
  private final long belowForShort;
  private final long belowForLong;

  BlockChunker(int averageBytes, int minimumBytes, int maximumBytes, int normalization) {
    this.averageBytes = averageBytes;
    this.minimumBytes = minimumBytes;
    this.maximumBytes = maximumBytes;
    long below = CRCS / ((averageBytes - minimumBytes) / BLOCK_BYTES + 1);
    belowForShort = below >> normalization;
    belowForLong = Math.min(below << normalization, CRCS);
  }

  @Override
  public int cut(long offset, byte[] window, int from, int to) {
    if (offset % BLOCK_BYTES != 0) {
      throw new IllegalArgumentException(
          "An extent begins at a multiple of " + BLOCK_BYTES + ", not at " + offset);
    }
    int limit = Math.min(to - from, maximumBytes);
    CRC32C crc = new CRC32C();
    for (int length = minimumBytes; length < limit; length += BLOCK_BYTES) {
      int end = from + length;
      if ((long) LONG.get(window, end - Long.BYTES) == 0) {
        return length;
      }
      crc.reset();
      crc.update(window, end - BLOCK_BYTES, BLOCK_BYTES);
      if (crc.getValue() < (length < averageBytes ? belowForShort : belowForLong)) {
        return length;
      }
    }
    return limit;
  }

  @Override
  public int maximumBytes() {
    return maximumBytes;
  }
}
