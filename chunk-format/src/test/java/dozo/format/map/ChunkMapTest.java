package dozo.format.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.ChunkId;
import dozo.format.CorruptDataException;
import dozo.format.MissingChunkException;
import dozo.format.disk.Extent;
import dozo.format.manifest.MapRoot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkMapTest {

  private final NodeStore store = new NodeStore();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 31, 32, 33, 160, 513, 3000, 60_000})
  void readsBackWhatWasBuilt(int runs) throws IOException {
    Random random = new Random(runs);
    List<Extent> disk = Disks.random(random, runs);
    ChunkMap map = store.build(disk);
    assertThat(map.sizeBytes()).isEqualTo(disk.isEmpty() ? 0 : disk.getLast().end());
    assertThat(map.root().dataBytes())
        .isEqualTo(disk.stream().filter(e -> !e.isHole()).mapToLong(Extent::lengthBytes).sum());
    assertThat(map.extents(0, Integer.MAX_VALUE)).isEqualTo(disk);
    for (int i = 0; i < Math.min(runs, 200); i++) {
      int at = random.nextInt(disk.size());
      Extent extent = disk.get(at);
      long inside = extent.offset() + random.nextLong(extent.lengthBytes());
      assertThat(map.at(extent.offset())).isEqualTo(extent);
      assertThat(map.at(inside)).isEqualTo(extent);
      assertThat(map.at(extent.end() - 1)).isEqualTo(extent);
      assertThat(map.extents(inside, 5)).isEqualTo(disk.subList(at, Math.min(at + 5, disk.size())));
    }
    assertThat(map.extents(map.sizeBytes(), 5)).isEmpty();
    assertThatThrownBy(() -> map.at(map.sizeBytes())).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> map.at(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> map.extents(map.sizeBytes() + 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void findsAnOffsetByOneNodeALevel() throws IOException {
    ChunkMap map = store.build(Disks.random(new Random(1), 120_000));
    assertThat(map.root().level()).isEqualTo(2);
    store.fetched = 0;
    map.at(map.sizeBytes() / 2);
    assertThat(store.fetched).isLessThanOrEqualTo(3);
  }

  @Test
  void tellsWhichBlocksHoldData() throws IOException {
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      List<Extent> disk = Disks.random(random, 1 + random.nextInt(2000));
      ChunkMap map = store.build(disk);
      int blockBytes = 1 << (12 + random.nextInt(10));
      int blocks = Math.toIntExact(map.sizeBytes() / blockBytes + 1);
      int first = random.nextInt(blocks);
      int count = random.nextInt(blocks + 10);
      if ((long) first * blockBytes > map.sizeBytes()) {
        continue;
      }
      BitSet expected = new BitSet();
      for (Extent extent : disk) {
        for (long b = extent.offset() / blockBytes; b * blockBytes < extent.end(); b++) {
          if (!extent.isHole() && b >= first && b < first + count) {
            expected.set((int) b - first);
          }
        }
      }
      assertThat(map.presence(blockBytes, first, count)).as("seed %d", seed).isEqualTo(expected);
    }
  }

  @Test
  void tellsWhatHoldsDataWithoutReadingLeaves() throws IOException {
    Random random = new Random(4);
    List<Extent> disk = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      disk.add(new Extent(0, 16384, Disks.id(random)));
    }
    disk.add(new Extent(0, 1L << 40, Extent.HOLE));
    ChunkMap map = store.build(disk);
    store.fetched = 0;
    BitSet present = map.presence(2 << 20, 0, 600_000);
    assertThat(present.cardinality()).isEqualTo((int) ((100_000 * 16384L + (2 << 20) - 1) >> 21));
    assertThat(store.fetched).isLessThan(10);
  }

  @Test
  void doesNotDependOnHowHolesCameIn() throws IOException {
    List<Extent> disk = Disks.random(new Random(3), 5000);
    ChunkMapBuilder builder = store.builder();
    for (Extent extent : disk) {
      if (extent.isHole()) {
        builder.hole(1);
        builder.hole(extent.lengthBytes() / 2);
        builder.hole(extent.lengthBytes() - 1 - extent.lengthBytes() / 2);
      } else {
        builder.chunk(extent.id(), (int) extent.lengthBytes());
      }
    }
    assertThat(builder.finish()).isEqualTo(store.build(disk).root());
  }

  @Test
  void aHoleOf64TebibytesIsOneSmallNode() throws IOException {
    ChunkMap map = store.build(List.of(new Extent(0, 64L << 40, Extent.HOLE)));
    assertThat(store.nodes).hasSize(1).containsKey(map.root().root());
    assertThat(store.nodes.get(map.root().root())).hasSize(56);
    assertThat(map.at((64L << 40) - 1)).isEqualTo(new Extent(0, 64L << 40, Extent.HOLE));
  }

  @Test
  void sharesAllNodesButThoseAroundAChange() throws IOException {
    Random random = new Random(5);
    List<Extent> disk = Disks.random(random, 50_000);
    ChunkMap before = store.build(disk);
    store.stored = 0;
    assertThat(store.build(disk)).isEqualTo(before);
    assertThat(store.stored).isZero();

    int changes = 20;
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(disk.size());
      disk.set(at, new Extent(0, disk.get(at).lengthBytes(), Disks.id(random)));
    }
    store.build(disk);
    assertThat(store.stored).isBetween(changes, changes * 3 + 10);
  }

  @Test
  void comesTogetherAgainAfterAnInsertion() throws IOException {
    Random random = new Random(6);
    List<Extent> disk = Disks.random(random, 50_000);
    store.build(disk);
    int all = store.stored;
    assertThat(all).isGreaterThan(250);
    store.stored = 0;
    disk.addFirst(new Extent(0, 777, Disks.id(random)));
    disk.remove(25_000);
    store.build(disk);
    assertThat(store.stored).isLessThan(12);
  }

  @Test
  void aCopiedMapEqualsOneBuiltFromItsRuns() throws IOException {
    for (int seed = 0; seed < 150; seed++) {
      Random random = new Random(seed);
      List<Extent> disk = Disks.random(random, 1 + random.nextInt(20_000));
      if (seed % 3 == 0) {
        disk.replaceAll(ChunkMapTest::withoutBoundary);
      }
      ChunkMap base = store.build(disk);
      int from = random.nextInt(disk.size());
      int to = from + random.nextInt(disk.size() - from + 1);

      List<Extent> expected = new ArrayList<>();
      ChunkMapBuilder builder = store.builder();
      long begin = disk.get(from).offset();
      long end = to < disk.size() ? disk.get(to).offset() : base.sizeBytes();
      if (random.nextBoolean()) {
        builder.copy(base, 0, begin);
        expected.addAll(disk.subList(0, from));
      }
      for (int i = random.nextInt(3); i > 0; i--) {
        Extent run = Disks.run(random, false);
        expected.add(run);
        if (run.isHole()) {
          builder.hole(run.lengthBytes());
        } else {
          builder.chunk(run.id(), (int) run.lengthBytes());
        }
      }
      builder.copy(base, begin, end);
      expected.addAll(disk.subList(from, to));
      if (random.nextBoolean()) {
        builder.hole(4096);
        expected.add(new Extent(0, 4096, Extent.HOLE));
      }
      builder.copy(base, end, base.sizeBytes());
      expected.addAll(disk.subList(to, disk.size()));

      long size = builder.sizeBytes();
      ChunkMap copied = store.map(builder.finish(), size);
      assertThat(copied).as("seed %d", seed).isEqualTo(store.build(Disks.placed(expected)));
    }
  }

  @Test
  void copyingReadsNodesAroundTheChangeOnly() throws IOException {
    Random random = new Random(8);
    List<Extent> disk = Disks.random(random, 200_000);
    ChunkMap base = store.build(disk);
    Extent changed = disk.get(77_777);
    store.fetched = 0;
    store.stored = 0;
    ChunkMapBuilder builder = store.builder();
    builder.copy(base, 0, changed.offset());
    disk.set(77_777, new Extent(changed.offset(), 1000, Disks.id(random)));
    builder.chunk(disk.get(77_777).id(), 1000);
    builder.copy(base, changed.end(), base.sizeBytes());
    MapRoot copied = builder.finish();
    assertThat(store.fetched).isLessThan(25);
    assertThat(store.stored).isLessThan(8);
    assertThat(copied).isEqualTo(store.build(disk).root());
  }

  /** Makes nodes end at 512 entries only, and so at holes too. */
  private static Extent withoutBoundary(Extent extent) {
    ChunkId id = extent.id();
    return extent.isHole()
        ? extent
        : new Extent(
            extent.offset(),
            extent.lengthBytes(),
            new ChunkId(id.first(), id.second(), id.third(), id.fourth() | 1));
  }

  @Test
  void copiesPartsOfHolesButNotOfChunks() throws IOException {
    ChunkMap base =
        store.build(
            List.of(
                new Extent(0, 100, Extent.HOLE),
                new Extent(0, 50, new ChunkId(1, 2, 3, 4)),
                new Extent(0, 100, Extent.HOLE)));
    ChunkMapBuilder builder = store.builder();
    builder.copy(base, 10, 20);
    builder.copy(base, 90, 240);
    long size = builder.sizeBytes();
    assertThat(store.map(builder.finish(), size).extents(0, 9))
        .containsExactly(
            new Extent(0, 20, Extent.HOLE),
            new Extent(20, 50, new ChunkId(1, 2, 3, 4)),
            new Extent(70, 90, Extent.HOLE));
    assertThatThrownBy(() -> store.builder().copy(base, 101, 150))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.builder().copy(base, 100, 149))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.builder().copy(base, 0, 251))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rejectsRunsThatNoDiskHas() throws IOException {
    ChunkMapBuilder builder = store.builder();
    ChunkId id = new ChunkId(1, 2, 3, 4);
    assertThatThrownBy(() -> builder.chunk(id, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.chunk(id, (4 << 20) + 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.chunk(Extent.HOLE, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.hole(0)).isInstanceOf(IllegalArgumentException.class);
    builder.hole(64L << 40);
    assertThatThrownBy(() -> builder.hole(1)).isInstanceOf(IllegalArgumentException.class);
    builder.finish();
    assertThatThrownBy(() -> builder.hole(1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(builder::finish).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aChildThatIsNotWhatItsParentSaysIsCorrupt() throws IOException {
    ChunkMap map = store.build(Disks.random(new Random(9), 5000));
    MapNode root = store.node(map.root().root());
    byte[] first = store.nodes.get(root.id(0));
    store.nodes.put(root.id(1), first);
    assertThat(map.at(root.start(1) - 1)).isNotNull();
    assertThatThrownBy(() -> map.at(root.start(1)))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining(root.id(1).toString());
    assertThatThrownBy(() -> map.extents(0, 5000)).isInstanceOf(CorruptDataException.class);
    ChunkMap larger = new ChunkMap(map.root(), map.sizeBytes() + 1, store);
    assertThatThrownBy(() -> larger.at(0)).isInstanceOf(CorruptDataException.class);
    MapRoot lower = new MapRoot(root.id(0), 0, root.data(0) - 1);
    assertThatThrownBy(() -> new ChunkMap(lower, root.length(0), store).at(0))
        .isInstanceOf(CorruptDataException.class);
  }

  @Test
  void aMissingNodeIsNamed() throws IOException {
    ChunkMap map = store.build(Disks.random(new Random(9), 5000));
    ChunkId leaf = store.node(map.root().root()).id(2);
    store.nodes.remove(leaf);
    assertThatThrownBy(() -> map.extents(0, 5000))
        .isInstanceOfSatisfying(
            MissingChunkException.class, e -> assertThat(e.id()).isEqualTo(leaf));
  }
}
