package dozo.vhdx.synth;

import dozo.vhdx.Extent;
import java.io.IOException;

/**
 * Which blocks of a disk have a place in the file, as a bit vector that counts: a block's place
 * follows from how many blocks are present before it (rank), and a place's block from the inverse
 * (select). Ranks are kept for every 512th block, the rest is counted in eight words at most
 * (Jacobson: "Space-efficient Static Trees and Graphs", FOCS 1989).
 *
 * <p>Immutable once made.
 */
final class PresentBlocks {

  private static final int GROUP_WORDS = 8;
  private static final int GROUP_BLOCKS = GROUP_WORDS * Long.SIZE;

  private final long[] words;
  private final int[] ranks;
  private final int count;

  private PresentBlocks(long[] words) {
    this.words = words;
    this.ranks = new int[words.length / GROUP_WORDS];
    int sum = 0;
    for (int i = 0; i < words.length; i++) {
      if (i % GROUP_WORDS == 0) {
        ranks[i / GROUP_WORDS] = sum;
      }
      sum += Long.bitCount(words[i]);
    }
    this.count = sum;
  }

  /** Asks a disk where it may hold data, at most twice a block. */
  static PresentBlocks of(DiskContent content, int blockBytes) throws IOException {
    long size = content.sizeBytes();
    int blocks = (int) Math.ceilDiv(size, blockBytes);
    long[] words = new long[Math.ceilDiv(blocks, GROUP_BLOCKS) * GROUP_WORDS];
    long at = 0;
    while (at < size) {
      Extent extent = content.extentAt(at);
      if (extent.offset() != at) {
        throw new IllegalStateException(
            "asked for the extent at %d, got the one at %d".formatted(at, extent.offset()));
      }
      long end = Math.min(size, extent.end());
      if (extent.kind() == Extent.Kind.ZERO) {
        at = end;
      } else {
        int behind = (int) Math.ceilDiv(end, blockBytes);
        set(words, (int) (at / blockBytes), behind);
        at = (long) behind * blockBytes;
      }
    }
    return new PresentBlocks(words);
  }

  private static void set(long[] words, int first, int end) {
    int block = first;
    while (block < end) {
      int stop = Math.min(end, (block / Long.SIZE + 1) * Long.SIZE);
      long bits = stop - block == Long.SIZE ? -1 : (1L << (stop - block)) - 1;
      words[block / Long.SIZE] |= bits << block;
      block = stop;
    }
  }

  /** How many blocks are present. */
  int count() {
    return count;
  }

  /** Whether a block is present. */
  boolean contains(int block) {
    return ((words[block / Long.SIZE] >>> block) & 1) != 0;
  }

  /** How many blocks before this one are present. */
  int rank(int block) {
    int word = block / Long.SIZE;
    int group = word / GROUP_WORDS;
    int rank = ranks[group];
    for (int i = group * GROUP_WORDS; i < word; i++) {
      rank += Long.bitCount(words[i]);
    }
    return rank + Long.bitCount(words[word] & ((1L << block) - 1));
  }

  /**
   * Returns the present block that has so many present ones before it.
   *
   * @param rank from 0 to the count, exclusive
   */
  int select(int rank) {
    int group = lastGroupWithin(rank);
    int left = rank - ranks[group];
    int word = group * GROUP_WORDS;
    while (left >= Long.bitCount(words[word])) {
      left -= Long.bitCount(words[word++]);
    }
    long bits = words[word];
    for (; left > 0; left--) {
      bits &= bits - 1;
    }
    return word * Long.SIZE + Long.numberOfTrailingZeros(bits);
  }

  /** The last group that begins with at most so many present blocks before it. */
  private int lastGroupWithin(int rank) {
    int low = 0;
    int high = ranks.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (ranks[middle] <= rank) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
