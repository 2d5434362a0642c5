package dozo.repository.ingest;

import dozo.format.ChunkId;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The chunks and map nodes that are on their way into a pack, each with the segment that carries
 * it, so that no two streams store one chunk twice. Safe for use by several threads.
 */
final class PendingChunks {

  private final ConcurrentHashMap<ChunkId, InFlightSegment> segments = new ConcurrentHashMap<>();

  /** The segment that carries a chunk, or null. */
  @Nullable InFlightSegment find(ChunkId id) {
    return segments.get(id);
  }

  /**
   * Claims a chunk for a segment, unless a sound one carries it, on which the session then depends.
   *
   * @return whether the chunk is to be added to the segment
   */
  boolean claim(ChunkId id, InFlightSegment segment, OpenSession session) {
    while (true) {
      InFlightSegment other = segments.putIfAbsent(id, segment);
      if (other == null) {
        return true;
      }
      if (other.attach(session)) {
        return false;
      }
      segments.remove(id, other);
    }
  }

  /** Forgets what a segment carried: its pack is published, or it has failed. */
  void release(InFlightSegment segment) {
    for (ChunkId id : segment.ids()) {
      segments.remove(id, segment);
    }
  }

  int size() {
    return segments.size();
  }
}
