package dozo.repository.pack;

import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The segments that turned out unreadable, with the reason. Their chunks count as unknown, so that
 * the next backup which brings the same data stores it again.
 *
 * <p>Safe for use by several threads.
 */
public final class DamagedSegments {

  private record Place(int pack, long offset) {

    static Place of(ChunkLocation segment) {
      return new Place(segment.pack(), segment.segmentOffset());
    }
  }

  private final Map<Place, Exception> reasons = new ConcurrentHashMap<>();
  private final AtomicInteger pardons = new AtomicInteger();
  private final AtomicLong additions = new AtomicLong();

  /** Notes a segment. Returns false if it was noted before. */
  public boolean add(ChunkLocation segment, Exception reason) {
    boolean isNew = reasons.putIfAbsent(Place.of(segment), reason) == null;
    if (isNew) {
      additions.incrementAndGet();
    }
    return isNew;
  }

  /** Whether the segment was noted. */
  public boolean contains(ChunkLocation segment) {
    return !reasons.isEmpty() && reasons.containsKey(Place.of(segment));
  }

  /** Why the segment was noted, if it was. */
  public Optional<Exception> reason(ChunkLocation segment) {
    return Optional.ofNullable(reasons.get(Place.of(segment)));
  }

  /** The offsets of the segments of a pack that were noted. */
  public SortedSet<Long> offsets(int pack) {
    SortedSet<Long> offsets = new TreeSet<>();
    for (Place place : reasons.keySet()) {
      if (place.pack == pack) {
        offsets.add(place.offset);
      }
    }
    return offsets;
  }

  /** The numbers of the packs that have segments which were noted. */
  public SortedSet<Integer> packs() {
    SortedSet<Integer> packs = new TreeSet<>();
    reasons.keySet().forEach(place -> packs.add(place.pack));
    return packs;
  }

  /** Changes whenever a segment is noted. */
  public long additions() {
    return additions.get();
  }

  /** Forgets a segment that was found sound after all. Returns false if it was not noted. */
  public boolean pardon(ChunkLocation segment) {
    boolean noted = reasons.remove(Place.of(segment)) != null;
    if (noted) {
      pardons.incrementAndGet();
    }
    return noted;
  }

  /** Forgets the segments of a pack that has been repaired. */
  public void pardon(int pack) {
    if (reasons.keySet().removeIf(place -> place.pack == pack)) {
      pardons.incrementAndGet();
    }
  }

  /** Grows whenever a segment is forgotten: what was found damaged before may not be any more. */
  public int pardons() {
    return pardons.get();
  }

  /** How many segments were noted. */
  public int size() {
    return reasons.size();
  }
}
