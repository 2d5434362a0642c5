package dozo.repository.space;

import dozo.format.ChunkId;
import java.util.Arrays;

/**
 * Says who needs a chunk or map node: one restore point, several, or one that stays. Ids are told
 * apart by their first eight bytes, which is right for all but one in billions and good enough for
 * a report.
 *
 * <p>Open addressing with linear probing, 16 bytes a place and at most two thirds full. For one
 * thread.
 */
final class OwnerTable {

  /** Needed by a restore point that stays. */
  static final int KEPT = -1;

  /** Needed by several of the restore points that go. */
  static final int SHARED = -2;

  /** Not in the table. */
  static final int NOBODY = -3;

  private long[] keys = new long[1 << 10];
  private int[] owners = new int[1 << 10];
  private int[] lengths = new int[1 << 10];
  private int size;

  int size() {
    return size;
  }

  /** Who needs an id. */
  int owner(ChunkId id) {
    int place = find(key(id));
    return keys[place] == 0 ? NOBODY : owners[place];
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
    if (keys[place] != 0) {
      owners[place] = combine(owners[place], owner);
      return false;
    }
    keys[place] = key;
    owners[place] = owner;
    lengths[place] = length;
    if (++size > keys.length / 3 * 2) {
      grow();
    }
    return true;
  }

  /** Notes that a restore point that stays needs an id, if anybody else does. */
  void keep(ChunkId id) {
    int place = find(key(id));
    if (keys[place] != 0) {
      owners[place] = KEPT;
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
    for (int place = 0; place < keys.length; place++) {
      if (keys[place] != 0) {
        visitor.visit(owners[place], lengths[place]);
      }
    }
  }

  void clear() {
    Arrays.fill(keys, 0);
    size = 0;
  }

  private static long key(ChunkId id) {
    return id.first() == 0 ? 1 : id.first();
  }

  private int find(long key) {
    int mask = keys.length - 1;
    int place = (int) (key >>> 32) & mask;
    while (keys[place] != 0 && keys[place] != key) {
      place = (place + 1) & mask;
    }
    return place;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldOwners = owners;
    int[] oldLengths = lengths;
    keys = new long[2 * oldKeys.length];
    owners = new int[keys.length];
    lengths = new int[keys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != 0) {
        int place = find(oldKeys[i]);
        keys[place] = oldKeys[i];
        owners[place] = oldOwners[i];
        lengths[place] = oldLengths[i];
      }
    }
  }
}
