package dozo.repository.pack;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The segments that turned out unreadable since the repository was opened. Their chunks count as
 * unknown, so that the next backup which brings the same data stores it again.
 *
 * <p>Safe for use by several threads.
 */
public final class DamagedSegments {

  private record Place(int pack, long offset) {}

  private final Set<Place> places = ConcurrentHashMap.newKeySet();

  /** Notes a segment. Returns false if it was noted before. */
  public boolean add(ChunkLocation segment) {
    return places.add(new Place(segment.pack(), segment.segmentOffset()));
  }

  /** Whether the segment was noted. */
  public boolean contains(ChunkLocation segment) {
    return !places.isEmpty() && places.contains(new Place(segment.pack(), segment.segmentOffset()));
  }

  /** How many segments were noted. */
  public int size() {
    return places.size();
  }
}
