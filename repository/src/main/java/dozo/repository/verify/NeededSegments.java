package dozo.repository.verify;

import dozo.repository.pack.ChunkLocation;
import java.util.HashMap;
import java.util.Map;
import org.roaringbitmap.RoaringBitmap;

/**
 * The segments that restore points need, by pack and offset, in compressed bitmaps. For one thread.
 */
final class NeededSegments {

  private final Map<Integer, Pack> packs = new HashMap<>();

  private static final class Pack {

    private final RoaringBitmap offsets = new RoaringBitmap();
    private long bytes;
  }

  /** Notes that a segment is needed. */
  void add(ChunkLocation segment) {
    Pack pack = packs.computeIfAbsent(segment.pack(), number -> new Pack());
    if (pack.offsets.checkedAdd((int) segment.segmentOffset())) {
      pack.bytes += segment.sealedBytes();
    }
  }

  /** Whether a segment of a pack is needed. */
  boolean contains(int pack, long offset) {
    Pack known = packs.get(pack);
    return known != null && known.offsets.contains((int) offset);
  }

  /** How long the sealed bytes of the segments are that are needed of a pack. */
  long bytes(int pack) {
    Pack known = packs.get(pack);
    return known == null ? 0 : known.bytes;
  }

  long bytes() {
    return packs.values().stream().mapToLong(pack -> pack.bytes).sum();
  }
}
