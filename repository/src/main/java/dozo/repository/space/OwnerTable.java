package dozo.repository.space;

import dozo.format.ChunkId;

/**
 * Says who needs a chunk or map node: one restore point, several, or one that stays. Ids are told
 * apart by their first eight bytes, which is right for all but one in billions and good enough for
 * a report.
 *
 * <p>Open addressing with linear probing, 16 bytes a place and at most two thirds full; key and
 * value lie side by side, since each look-up in a big table waits for memory. For one thread; but
 * {@link #owner} and {@link #keep} may be called by several while nobody adds.
 */
final class OwnerTable {

  /** Needed by a restore point that stays. */
  static final int KEPT = -1;

  /** Needed by several of the restore points that go. */
  static final int SHARED = -2;

  /** Not in the table. */
  static final int NOBODY = -3;

  /** For each place its key, 0 if it is free, and owner and length in the halves of a long. */
  private long[] places = new long[1 << 11];

  private int size;

  int size() {
    return size;
  }

  /** Who needs an id. */
  int owner(ChunkId id) {
    int place = find(key(id));
    return places[place] == 0 ? NOBODY : ownerAt(place);
  }

  /**
   * Notes that somebody needs an id.
   *
   * @param owner {@link #KEPT}, {@link #SHARED}, or the number of a restore point that goes
   * @param length kept with the id
   * @return whether it is new
   */
  boolean add(ChunkId id, int owner, int length) {
    long key = key(id);
    int place = find(key);
    if (places[place] != 0) {
      put(place, combine(ownerAt(place), owner), lengthAt(place));
      return false;
    }
    places[place] = key;
    put(place, owner, length);
    if (++size > places.length / 6 * 2) {
      grow();
    }
    return true;
  }

  /** Notes that a restore point that stays needs an id, if anybody else does. */
  void keep(ChunkId id) {
    int place = find(key(id));
    if (places[place] != 0) {
      put(place, KEPT, lengthAt(place));
    }
  }

  private static int combine(int one, int other) {
    if (one == KEPT || other == KEPT) {
      return KEPT;
    }
    return one == other ? one : SHARED;
  }

  /** Takes everything in the table. */
  @FunctionalInterface
  interface Visitor {
    void visit(int owner, int length);
  }

  void forEach(Visitor visitor) {
    for (int place = 0; place < places.length; place += 2) {
      if (places[place] != 0) {
        visitor.visit(ownerAt(place), lengthAt(place));
      }
    }
  }

  private int ownerAt(int place) {
    return (int) (places[place + 1] >> 32);
  }

  private int lengthAt(int place) {
    return (int) places[place + 1];
  }

  private void put(int place, int owner, int length) {
    places[place + 1] = ((long) owner << 32) | (length & 0xffff_ffffL);
  }

  private static long key(ChunkId id) {
    return id.first() == 0 ? 1 : id.first();
  }

  /** The place of a key, or the free one where it belongs. */
  private int find(long key) {
    int mask = places.length - 1;
    int place = ((int) (key >>> 32) << 1) & mask;
    while (places[place] != 0 && places[place] != key) {
      place = (place + 2) & mask;
    }
    return place;
  }

  private void grow() {
    long[] old = places;
    places = new long[2 * old.length];
    for (int i = 0; i < old.length; i += 2) {
      if (old[i] != 0) {
        int place = find(old[i]);
        places[place] = old[i];
        places[place + 1] = old[i + 1];
      }
    }
  }
}
