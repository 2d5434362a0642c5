package dozo.mount.read;

import dozo.format.ChunkId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts which chunks were brought before anyone asked for them, and which of these were asked for
 * since. It remembers no more ids than chunks are brought for boots, and costs a reader nothing
 * once all of them were found.
 *
 * <p>Safe for use by many threads.
 */
final class PrefetchedChunks {
  private final Set<ChunkId> unused = ConcurrentHashMap.newKeySet();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder usedBytes = new LongAdder();

  void add(ChunkId id, int lengthBytes) {
    unused.add(id);
    bytes.add(lengthBytes);
  }

  void noteUse(ChunkId id, int lengthBytes) {
    if (!unused.isEmpty() && unused.remove(id)) {
      usedBytes.add(lengthBytes);
    }
  }

  PrefetchStatistics statistics() {
    return new PrefetchStatistics(bytes.sum(), usedBytes.sum());
  }
}
