package dozo.repository.verify;

import dozo.format.ChunkId;
import dozo.repository.pack.ChunkLocation;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Chunks that opened well, but whose ids no key of a known dedup domain gives. What no restore
 * point refers to may be of a domain that had its last one forgotten, or gets its first one just
 * now; what one does refer to is wrong.
 *
 * <p>Safe for use by several threads.
 */
final class UnprovenChunks {

  private static final int MAXIMUM = 1 << 20;

  private final Map<ChunkId, ChunkLocation> places = new ConcurrentHashMap<>();

  /** Notes a chunk. Those beyond the bound, which only forgotten domains can fill, are left out. */
  void add(ChunkId id, ChunkLocation segment) {
    if (places.size() < MAXIMUM) {
      places.put(id, segment);
    }
  }

  /** Takes a chunk out, and says where it lies; empty if there is nothing against it. */
  Optional<ChunkLocation> take(ChunkId id) {
    return places.isEmpty() ? Optional.empty() : Optional.ofNullable(places.remove(id));
  }

  int size() {
    return places.size();
  }
}
