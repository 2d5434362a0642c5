package dozo.cli;

import dozo.format.ChunkId;

/**
 * The chunks that were read and found good, so that what many restore points share is read once.
 *
 * <p>Kept by the first 64 bits of their ids: these are the output of a keyed hash, so that among
 * ten million chunks two share them with odds of one in 400,000. When the table is full, chunks are
 * read again instead. Used by one thread at a time.
 */
final class VerifiedChunks {

  private static final int SLOTS = 1 << 23;
  private static final int MAXIMUM = SLOTS / 4 * 3;

  private final long[] slots = new long[SLOTS];
  private int count;

  /** Whether the chunk was added before. */
  boolean contains(ChunkId id) {
    return slots[slotOf(id)] != 0;
  }

  /** Adds a chunk, unless the table is full. */
  void add(ChunkId id) {
    int slot = slotOf(id);
    if (slots[slot] == 0 && count < MAXIMUM) {
      slots[slot] = key(id);
      count++;
    }
  }

  /** Where the chunk is, or where it would go. */
  private int slotOf(ChunkId id) {
    long key = key(id);
    int slot = (int) (key >>> 7) & (SLOTS - 1);
    while (slots[slot] != 0 && slots[slot] != key) {
      slot = (slot + 1) & (SLOTS - 1);
    }
    return slot;
  }

  private static long key(ChunkId id) {
    return id.first() | 1;
  }
}
