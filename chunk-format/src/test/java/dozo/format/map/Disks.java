package dozo.format.map;

import dozo.format.ChunkId;
import dozo.format.disk.Extent;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes disks as lists of extents. */
final class Disks {

  private Disks() {}

  static List<Extent> random(Random random, int runs) {
    List<Extent> extents = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      extents.add(run(random, i > 0 && extents.getLast().isHole()));
    }
    return placed(extents);
  }

  /** A chunk, or now and then a hole unless one comes before. */
  static Extent run(Random random, boolean afterHole) {
    return !afterHole && random.nextInt(6) == 0
        ? new Extent(0, 4096L * (1 + random.nextInt(1000)), Extent.HOLE)
        : new Extent(0, 1 + random.nextInt(65536), id(random));
  }

  static ChunkId id(Random random) {
    return new ChunkId(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
  }

  /** Gives each run its place behind the one before, and makes neighbouring holes one. */
  static List<Extent> placed(List<Extent> runs) {
    List<Extent> placed = new ArrayList<>();
    long offset = 0;
    for (Extent run : runs) {
      if (run.isHole() && !placed.isEmpty() && placed.getLast().isHole()) {
        Extent before = placed.removeLast();
        placed.add(
            new Extent(before.offset(), before.lengthBytes() + run.lengthBytes(), Extent.HOLE));
      } else {
        placed.add(new Extent(offset, run.lengthBytes(), run.id()));
      }
      offset += run.lengthBytes();
    }
    return placed;
  }
}
