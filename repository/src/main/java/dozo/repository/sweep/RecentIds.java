package dozo.repository.sweep;

import dozo.format.ChunkId;

/**
 * Remembers ids that are marked already, some of them: of two that fall on one place the later
 * stays. Restore points repeat most of what their predecessors refer to, so this saves most of the
 * work. Whole ids are compared, 32 bytes each. For one thread.
 */
final class RecentIds {

  private static final int LONGS = ChunkId.BYTES / Long.BYTES;

  private final long[] ids;
  private final int mask;

  /**
   * Makes an empty memory.
   *
   * @param places how many ids it has room for, a power of two
   */
  RecentIds(int places) {
    if (Integer.bitCount(places) != 1) {
      throw new IllegalArgumentException("There are 2^n places, not " + places);
    }
    ids = new long[LONGS * places];
    mask = places - 1;
  }

  boolean contains(ChunkId id) {
    int at = place(id);
    return ids[at] == id.first()
        && ids[at + 1] == id.second()
        && ids[at + 2] == id.third()
        && ids[at + 3] == id.fourth();
  }

  void add(ChunkId id) {
    int at = place(id);
    ids[at] = id.first();
    ids[at + 1] = id.second();
    ids[at + 2] = id.third();
    ids[at + 3] = id.fourth();
  }

  private int place(ChunkId id) {
    return LONGS * ((int) id.fourth() & mask);
  }
}
