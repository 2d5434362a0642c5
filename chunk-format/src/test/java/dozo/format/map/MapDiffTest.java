package dozo.format.map;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.disk.Extent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MapDiffTest {

  private final NodeStore store = new NodeStore();

  record Range(long offset, long end) {}

  @Test
  void findsEveryRangeThatDiffersAndNoOther() throws IOException {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      List<Extent> one = Disks.random(random, random.nextInt(6000));
      List<Extent> changed = new ArrayList<>(one);
      for (int i = random.nextInt(10); i > 0 && !changed.isEmpty(); i--) {
        int at = random.nextInt(changed.size());
        switch (random.nextInt(4)) {
          case 0 -> changed.add(at, Disks.run(random, false));
          case 1 -> changed.remove(at);
          case 2 -> changed.set(at, new Extent(0, changed.get(at).lengthBytes(), Extent.HOLE));
          default -> {
            int length = (int) Math.min(changed.get(at).lengthBytes(), 4 << 20);
            changed.set(at, new Extent(0, length, Disks.id(random)));
          }
        }
      }
      List<Extent> other = Disks.placed(changed);
      List<Range> expected = model(one, other);
      assertThat(ranges(store.build(one).changesTo(store.build(other))))
          .as("seed %d", seed)
          .isEqualTo(expected);
      assertThat(ranges(store.build(other).changesTo(store.build(one))))
          .as("seed %d, the other way", seed)
          .isEqualTo(expected);
    }
  }

  @Test
  void readsNothingOfEqualDisksAndLittleOfSimilarOnes() throws IOException {
    Random random = new Random(2);
    List<Extent> disk = Disks.random(random, 100_000);
    ChunkMap one = store.build(disk);
    store.fetched = 0;
    assertThat(ranges(one.changesTo(store.build(disk)))).isEmpty();
    assertThat(store.fetched).isZero();

    Extent old = disk.get(50_000);
    disk.set(50_000, new Extent(old.offset(), old.lengthBytes(), Disks.id(random)));
    ChunkMap other = store.build(disk);
    assertThat(ranges(one.changesTo(other))).containsExactly(new Range(old.offset(), old.end()));
    assertThat(store.fetched).isLessThan(15);
  }

  @Test
  void aDiskThatGrewDiffersBehindItsOldEnd() throws IOException {
    List<Extent> disk = new ArrayList<>(Disks.random(new Random(3), 1000));
    disk.add(new Extent(disk.getLast().end(), 5, Disks.id(new Random(9))));
    long end = disk.getLast().end();
    ChunkMap one = store.build(disk);
    disk.add(new Extent(end, 1 << 20, Extent.HOLE));
    assertThat(ranges(one.changesTo(store.build(disk))))
        .containsExactly(new Range(end, end + (1 << 20)));
    assertThat(ranges(store.build(List.of()).changesTo(one))).containsExactly(new Range(0, end));
  }

  private static List<Range> ranges(MapDiff diff) throws IOException {
    List<Range> ranges = new ArrayList<>();
    while (diff.next()) {
      ranges.add(new Range(diff.offset(), diff.offset() + diff.length()));
    }
    assertThat(diff.next()).isFalse();
    return ranges;
  }

  /** Between any two neighbouring edges of either disk, compares what covers that piece. */
  private static List<Range> model(List<Extent> one, List<Extent> other) {
    TreeSet<Long> edges = new TreeSet<>();
    for (Extent extent : one) {
      edges.add(extent.offset());
      edges.add(extent.end());
    }
    for (Extent extent : other) {
      edges.add(extent.offset());
      edges.add(extent.end());
    }
    List<Range> ranges = new ArrayList<>();
    Walk a = new Walk(one);
    Walk b = new Walk(other);
    while (edges.size() > 1) {
      long from = edges.pollFirst();
      long to = edges.first();
      Extent x = a.covering(from);
      Extent y = b.covering(from);
      boolean equal =
          x == null ? y == null : x.equals(y) || (y != null && x.isHole() && y.isHole());
      if (!equal) {
        if (!ranges.isEmpty() && ranges.getLast().end() == from) {
          from = ranges.removeLast().offset();
        }
        ranges.add(new Range(from, to));
      }
    }
    return ranges;
  }

  private static final class Walk {
    private final List<Extent> disk;
    private int at;

    Walk(List<Extent> disk) {
      this.disk = disk;
    }

    @Nullable Extent covering(long offset) {
      while (at < disk.size() && disk.get(at).end() <= offset) {
        at++;
      }
      return at < disk.size() ? disk.get(at) : null;
    }
  }
}
