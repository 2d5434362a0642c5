package dozo.repository.index;

import dozo.format.ChunkId;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The ids that may be stored: an id that is not among them surely is not, so that new data costs no
 * look-up. It grows by a further Bloom filter, twice as large, whenever the last one is full; the
 * next start makes one of them all.
 *
 * <p>Safe for use by several threads.
 */
public final class KnownIds {

  private static final long MINIMUM_CAPACITY = 1 << 20;

  private final AtomicLong room;
  private volatile Generation newest;

  /** A filter, and the one that was full before it. */
  private record Generation(BloomFilter filter, long capacity, @Nullable Generation older) {}

  /**
   * Creates a set without ids.
   *
   * @param expected how many ids will be added soon; there is room for half as many again
   */
  public KnownIds(long expected) {
    long capacity = Math.max(MINIMUM_CAPACITY, expected + expected / 2);
    room = new AtomicLong(capacity);
    newest = new Generation(new BloomFilter(capacity), capacity, null);
  }

  /** Adds an id. Adding one twice uses room up, but does no harm. */
  public void add(ChunkId id) {
    add(id.first(), id.second());
  }

  /** Adds an id by its first sixteen bytes, read as two big-endian numbers. */
  void add(long first, long second) {
    if (room.getAndDecrement() <= 0) {
      grow();
    }
    newest.filter.add(first, second);
  }

  /** Whether the id may be stored; false is certain. */
  public boolean mayContain(ChunkId id) {
    for (Generation each = newest; each != null; each = each.older) {
      if (each.filter.mayContain(id)) {
        return true;
      }
    }
    return false;
  }

  /** The memory that the filters take. */
  public long sizeBytes() {
    long bytes = 0;
    for (Generation each = newest; each != null; each = each.older) {
      bytes += each.filter.sizeBytes();
    }
    return bytes;
  }

  private synchronized void grow() {
    if (room.get() <= 0) {
      Generation full = newest;
      long capacity = full.capacity * 2;
      newest = new Generation(new BloomFilter(capacity), capacity, full);
      room.set(capacity);
    }
  }
}
