package dozo.bench;

import dozo.format.ChunkHasher;
import dozo.format.ChunkId;
import dozo.format.disk.Extent;
import dozo.format.manifest.MapRoot;
import dozo.format.map.ChunkMap;
import dozo.format.map.ChunkMapBuilder;
import dozo.format.map.MapDiff;
import dozo.format.map.MapNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What maps cost whose nodes are all in memory: microseconds an operation. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class ChunkMapBenchmark {

  private static final int CHUNK_BYTES = 20_000;

  /** How many chunks the disk has. */
  @Param({"100000", "1000000"})
  public int chunks;

  private final Map<ChunkId, MapNode> nodes = new HashMap<>();
  private final SplittableRandom random = new SplittableRandom(2);
  private ChunkMap map = new ChunkMap(new MapRoot(Extent.HOLE, 0, 0), 0, this::node);
  private ChunkMap changed = map;

  /** Builds a map, and another one that differs in ten places. */
  @Setup
  public void build() throws IOException {
    map = map(buildAll());
    changed = map(spliceTenChanges());
  }

  /** Builds the whole map from runs. */
  @Benchmark
  public MapRoot buildAll() throws IOException {
    SplittableRandom ids = new SplittableRandom(1);
    ChunkMapBuilder builder = builder();
    for (int i = 0; i < chunks; i++) {
      builder.chunk(id(ids), CHUNK_BYTES);
    }
    return builder.finish();
  }

  /** Builds the map of a disk of which ten chunks changed. */
  @Benchmark
  public MapRoot spliceTenChanges() throws IOException {
    ChunkMapBuilder builder = builder();
    long done = 0;
    for (int i = 1; i <= 10; i++) {
      long at = (long) chunks / 11 * i * CHUNK_BYTES;
      builder.copy(map, done, at);
      builder.chunk(new ChunkId(i, i, i, i), CHUNK_BYTES);
      done = at + CHUNK_BYTES;
    }
    builder.copy(map, done, map.sizeBytes());
    return builder.finish();
  }

  /** Finds the chunk at a random place. */
  @Benchmark
  public Extent findOne() throws IOException {
    return map.at(random.nextLong(map.sizeBytes()));
  }

  /** Goes over all the extents. */
  @Benchmark
  public long walkAll() throws IOException {
    long bytes = 0;
    var cursor = map.extents(0);
    for (Optional<Extent> e = cursor.next(); e.isPresent(); e = cursor.next()) {
      bytes += e.get().lengthBytes();
    }
    return bytes;
  }

  /** Finds the ten places in which two maps differ. */
  @Benchmark
  public long compare() throws IOException {
    MapDiff diff = map.changesTo(changed);
    long bytes = 0;
    while (diff.next()) {
      bytes += diff.length();
    }
    return bytes;
  }

  private ChunkMap map(MapRoot root) {
    return new ChunkMap(root, (long) chunks * CHUNK_BYTES, this::node);
  }

  private ChunkMapBuilder builder() {
    return new ChunkMapBuilder(
        new ChunkHasher(new byte[ChunkHasher.KEY_BYTES]),
        (id, bytes) -> nodes.putIfAbsent(id, MapNode.decode(id, bytes)));
  }

  private MapNode node(ChunkId id) {
    return Objects.requireNonNull(nodes.get(id));
  }

  private static ChunkId id(SplittableRandom random) {
    return new ChunkId(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
  }
}
