package dozo.repository.ingest;

import dozo.format.ChunkId;

/**
 * Chunks that a client sent or proved a while ago, so that it need not do so again. It keeps as
 * many as have room and forgets others when they fall on the same place, which costs a proof.
 *
 * <p>For one thread at a time.
 */
final class HeldChunks {

  private static final int PLACES = 1 << 14;
  private static final int LONGS = 5;

  private final long[] places = new long[PLACES * LONGS];

  /** Notes a chunk. */
  void add(ChunkId id, long length) {
    int at = place(id);
    places[at] = id.first();
    places[at + 1] = id.second();
    places[at + 2] = id.third();
    places[at + 3] = id.fourth();
    places[at + 4] = length;
  }

  /** Whether a chunk was noted with that length. */
  boolean contains(ChunkId id, long length) {
    int at = place(id);
    return places[at + 4] == length
        && places[at] == id.first()
        && places[at + 1] == id.second()
        && places[at + 2] == id.third()
        && places[at + 3] == id.fourth();
  }

  private static int place(ChunkId id) {
    return ((int) id.fourth() & (PLACES - 1)) * LONGS;
  }
}
