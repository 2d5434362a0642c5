package dozo.mount.read;

import dozo.format.ChunkId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Chunks that were read ahead, oldest first. They are kept apart from the cache because its policy
 * admits only what was asked for more often than what it would replace, and these were never asked
 * for.
 *
 * <p>Nor is what was asked for in order worth a place in the cache: a sequential reader does not
 * come back, and a heap through which whole disks pass is copied by the collector all the time. A
 * few of such chunks stay for the next requests.
 *
 * <p>Safe for use by many threads.
 */
final class WaitingChunks {
  /**
   * A sequential reader asks for a chunk twice at most: where one request ends, and the next
   * begins.
   */
  private static final int USES_IN_ORDER = 2;

  /**
   * The share of those that were asked for: the next requests may need them, and whatever stays
   * longer is copied by the collector for nothing.
   */
  private static final int USED_SHARE = 8;

  private final long maximumBytes;
  private final Map<ChunkId, byte[]> unused = new LinkedHashMap<>();
  private final Map<ChunkId, Used> used = new LinkedHashMap<>();
  private long unusedBytes;
  private long usedBytes;

  private static final class Used {
    private final byte[] plain;
    private int uses = 1;

    private Used(byte[] plain) {
      this.plain = plain;
    }
  }

  /** What was found. */
  static final class Found {
    private final byte[] plain;
    private final boolean leaves;

    private Found(byte[] plain, boolean leaves) {
      this.plain = plain;
      this.leaves = leaves;
    }

    /** The chunk, not to be written to. */
    byte[] plain() {
      return plain;
    }

    /** Whether it was taken out, since it was asked for more often than in order. */
    boolean leaves() {
      return leaves;
    }
  }

  WaitingChunks(long maximumBytes) {
    this.maximumBytes = maximumBytes;
  }

  /** Adds a chunk, and drops those that there is no more room for. */
  synchronized void add(ChunkId id, byte[] plain) {
    remove(id);
    unused.put(id, plain);
    unusedBytes += plain.length;
    Iterator<Used> oldestUsed = used.values().iterator();
    while (usedBytes > maximumBytes / USED_SHARE) {
      usedBytes -= oldestUsed.next().plain.length;
      oldestUsed.remove();
    }
    Iterator<byte[]> oldest = unused.values().iterator();
    while (bytes() > maximumBytes && oldest.hasNext()) {
      unusedBytes -= oldest.next().length;
      oldest.remove();
    }
  }

  private void remove(ChunkId id) {
    byte[] before = unused.remove(id);
    unusedBytes -= before == null ? 0 : before.length;
    Used usedBefore = used.remove(id);
    usedBytes -= usedBefore == null ? 0 : usedBefore.plain.length;
  }

  /** Finds a chunk for somebody who asks for it, or returns null. */
  synchronized @Nullable Found use(ChunkId id) {
    byte[] plain = unused.remove(id);
    if (plain != null) {
      unusedBytes -= plain.length;
      usedBytes += plain.length;
      used.put(id, new Used(plain));
      return new Found(plain, false);
    }
    Used again = used.get(id);
    if (again == null) {
      return null;
    }
    boolean leaves = ++again.uses > USES_IN_ORDER;
    if (leaves) {
      used.remove(id);
      usedBytes -= again.plain.length;
    }
    return new Found(again.plain, leaves);
  }

  synchronized long bytes() {
    return unusedBytes + usedBytes;
  }

  synchronized boolean contains(ChunkId id) {
    return unused.containsKey(id) || used.containsKey(id);
  }
}
