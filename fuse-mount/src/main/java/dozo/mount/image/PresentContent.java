package dozo.mount.image;

import dozo.format.disk.DiskReader;
import dozo.vhdx.Extent;
import dozo.vhdx.synth.DiskContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * A disk as an image wants it. That a block holds data is asked of the chunk map a million blocks
 * at a time, and kept only until the next million: an image asks once, in order, when it is made.
 * Of a disk with more blocks it is asked first, in one question, which large blocks hold data, and
 * then no more about the others: most large disks are holes for the most part, and each question is
 * a way to the server and back.
 *
 * <p>Safe for use by many threads.
 */
final class PresentContent implements DiskContent {
  /** The most that a reader answers at a time. */
  private static final int BLOCKS_AT_A_TIME = 1 << 20;

  /** The largest block that a reader is asked about: 64 TiB have a quarter of a million. */
  private static final int LARGE_BYTES = 256 << 20;

  private final DiskReader reader;
  private final int blockBytes;

  /** What was asked last, as of which block. */
  private record Answer(long firstBlock, int count, BitSet present) {}

  private volatile Answer last = new Answer(0, 0, new BitSet());
  private volatile @Nullable BitSet large;

  PresentContent(DiskReader reader, int blockBytes) {
    this.reader = reader;
    this.blockBytes = blockBytes;
  }

  @Override
  public long sizeBytes() {
    return reader.sizeBytes();
  }

  @Override
  public Extent extentAt(long offset) throws IOException {
    long holeEnd = largeHoleEnd(offset);
    if (holeEnd > offset) {
      return new Extent(offset, holeEnd - offset, Extent.Kind.ZERO);
    }
    Answer answer = answer(offset / blockBytes);
    int bit = (int) (offset / blockBytes - answer.firstBlock());
    boolean data = answer.present().get(bit);
    int behind = data ? answer.present().nextClearBit(bit) : answer.present().nextSetBit(bit);
    long blocks = behind < 0 ? answer.count() : Math.min(behind, answer.count());
    long end = Math.min(sizeBytes(), (answer.firstBlock() + blocks) * blockBytes);
    return new Extent(offset, end - offset, data ? Extent.Kind.DATA : Extent.Kind.ZERO);
  }

  /**
   * Where the large blocks without data end that an offset lies in; the offset if it is in none.
   */
  private long largeHoleEnd(long offset) throws IOException {
    if (sizeBytes() <= (long) BLOCKS_AT_A_TIME * blockBytes) {
      return offset;
    }
    BitSet known = large;
    if (known == null) {
      known = reader.presence(LARGE_BYTES, 0, (int) Math.ceilDiv(sizeBytes(), LARGE_BYTES));
      large = known;
    }
    int block = (int) (offset / LARGE_BYTES);
    if (known.get(block)) {
      return offset;
    }
    int next = known.nextSetBit(block);
    return next < 0 ? sizeBytes() : (long) next * LARGE_BYTES;
  }

  private Answer answer(long block) throws IOException {
    Answer answer = last;
    if (block < answer.firstBlock() || block >= answer.firstBlock() + answer.count()) {
      long first = block / BLOCKS_AT_A_TIME * BLOCKS_AT_A_TIME;
      int count = (int) Math.min(BLOCKS_AT_A_TIME, Math.ceilDiv(sizeBytes(), blockBytes) - first);
      answer = new Answer(first, count, reader.presence(blockBytes, first, count));
      last = answer;
    }
    return answer;
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    reader.read(offset, target);
  }
}
