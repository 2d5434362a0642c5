package dozo.repository.sweep;

import dozo.format.ChunkId;
import java.util.Arrays;

/**
 * Ids of chunks or map nodes, each with the number of what refers to it, in a few flat arrays: 36
 * bytes an id, and 12 more while they are sorted. Grows up to a bound. For one thread at a time,
 * but for reading.
 */
final class IdBatch {

  private static final int LONGS = ChunkId.BYTES / Long.BYTES;
  private static final int INITIAL = 256;

  /** The lower bits of a sort key are the place in the batch. */
  private static final int PLACE_BITS = 24;

  private static final long PLACE_MASK = (1L << PLACE_BITS) - 1;

  private final int capacity;
  private long[] ids = new long[LONGS * INITIAL];
  private int[] sources = new int[INITIAL];
  private int size;

  /**
   * Makes an empty batch.
   *
   * @param capacity how many ids it is full with, up to 2<sup>24</sup>
   */
  IdBatch(int capacity) {
    if (capacity < 1 || capacity > PLACE_MASK) {
      throw new IllegalArgumentException("A batch has 1 to 16,777,215 ids, not " + capacity);
    }
    this.capacity = capacity;
  }

  void add(ChunkId id, int source) {
    if (size == sources.length) {
      int larger = 2 * size;
      ids = Arrays.copyOf(ids, LONGS * larger);
      sources = Arrays.copyOf(sources, larger);
    }
    int at = LONGS * size;
    ids[at] = id.first();
    ids[at + 1] = id.second();
    ids[at + 2] = id.third();
    ids[at + 3] = id.fourth();
    sources[size++] = source;
  }

  int size() {
    return size;
  }

  boolean isFull() {
    return size >= capacity;
  }

  ChunkId id(int place) {
    int at = LONGS * place;
    return new ChunkId(ids[at], ids[at + 1], ids[at + 2], ids[at + 3]);
  }

  /** What refers to the id. */
  int source(int place) {
    return sources[place];
  }

  /** Takes the last ids out, as many as are wanted and there, and adds them to another batch. */
  void moveLast(int count, IdBatch target) {
    for (int i = Math.max(0, size - count); i < size; i++) {
      target.add(id(i), sources[i]);
    }
    size = Math.max(0, size - count);
  }

  void clear() {
    size = 0;
  }

  /** The places in the order of the ids, as far as their first five bytes tell. */
  int[] inIdOrder() {
    long[] keys = new long[size];
    for (int i = 0; i < size; i++) {
      // The order of ids is that of unsigned numbers.
      keys[i] = ((ids[LONGS * i] ^ Long.MIN_VALUE) & ~PLACE_MASK) | i;
    }
    return sortedPlaces(keys);
  }

  /** The places in the order of numbers that belong to them; those that have 0 are left out. */
  int[] inOrderOf(int[] numbers) {
    long[] keys = new long[size];
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (numbers[i] != 0) {
        keys[kept++] = (long) numbers[i] << PLACE_BITS | i;
      }
    }
    return sortedPlaces(Arrays.copyOf(keys, kept));
  }

  private static int[] sortedPlaces(long[] keys) {
    Arrays.sort(keys);
    int[] places = new int[keys.length];
    for (int i = 0; i < keys.length; i++) {
      places[i] = (int) (keys[i] & PLACE_MASK);
    }
    return places;
  }
}
