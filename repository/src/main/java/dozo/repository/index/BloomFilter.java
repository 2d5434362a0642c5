package dozo.repository.index;

import dozo.format.ChunkId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A set of ids that may take a stranger for a member, but never a member for a stranger.
 *
 * <p>A blocked Bloom filter (Putze, Sanders, Singler, "Cache-, Hash- and Space-Efficient Bloom
 * Filters", WEA 2007): all bits of an id lie in one block of 64 bytes, so that a look-up costs one
 * cache miss. An id is the output of a keyed hash, so its own bits serve as the hash functions: the
 * first eight bytes choose the block and the next eight the {@value #PROBES} bits in it. With
 * {@value #BITS_PER_ID} bits an id, fewer than one stranger in a hundred is taken for a member.
 *
 * <p>Safe for use by several threads; what one thread added before it told another is there for it.
 */
final class BloomFilter {

  /** The size of the filter for each id that it is made for. */
  static final int BITS_PER_ID = 12;

  private static final int PROBES = 7;
  private static final int BLOCK_LONGS = 8;
  private static final int BIT_BITS = 9;

  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] words;
  private final long blocks;

  /**
   * Creates an empty filter.
   *
   * @param ids how many ids it is made for, from 1 to a billion; more make it less sharp
   */
  BloomFilter(long ids) {
    blocks = Math.ceilDiv(ids * BITS_PER_ID, BLOCK_LONGS * Long.SIZE);
    words = new long[Math.toIntExact(blocks * BLOCK_LONGS)];
  }

  /** Adds an id by its first sixteen bytes, which is all that the filter looks at. */
  void add(long first, long second) {
    int block = block(first);
    long bits = second;
    for (int i = 0; i < PROBES; i++) {
      int bit = (int) bits & (1 << BIT_BITS) - 1;
      long mask = 1L << bit;
      int word = block + (bit >>> 6);
      if (((long) WORD.getOpaque(words, word) & mask) == 0) {
        WORD.getAndBitwiseOr(words, word, mask);
      }
      bits >>>= BIT_BITS;
    }
  }

  boolean mayContain(ChunkId id) {
    int block = block(id.first());
    long bits = id.second();
    for (int i = 0; i < PROBES; i++) {
      int bit = (int) bits & (1 << BIT_BITS) - 1;
      if (((long) WORD.getOpaque(words, block + (bit >>> 6)) & 1L << bit) == 0) {
        return false;
      }
      bits >>>= BIT_BITS;
    }
    return true;
  }

  long sizeBytes() {
    return (long) words.length * Long.BYTES;
  }

  private int block(long first) {
    return (int) (Math.unsignedMultiplyHigh(first, blocks) * BLOCK_LONGS);
  }
}
