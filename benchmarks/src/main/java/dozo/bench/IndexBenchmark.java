package dozo.bench;

import dozo.format.ChunkId;
import dozo.format.key.KeyRing;
import dozo.format.pack.ContentKind;
import dozo.format.pack.PackBuilder;
import dozo.format.pack.PackDirectory;
import dozo.format.pack.PackHeader;
import dozo.format.seal.ChunkSealer;
import dozo.format.seal.SegmentBuffer;
import dozo.format.seal.SegmentRecord;
import dozo.repository.index.ChunkIndex;
import dozo.repository.index.ChunkIndex.Contents;
import dozo.repository.index.KnownIds;
import dozo.repository.index.LmdbChunkIndex;
import dozo.repository.pack.PackEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the index costs with as many chunks as are asked for: look-ups of unknown and of random
 * known ids, entering more, and opening. One operation is one chunk.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "-Xmx3g",
      "--add-opens=java.base/java.nio=ALL-UNNAMED",
      "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
      "--enable-native-access=ALL-UNNAMED",
      "--sun-misc-unsafe-memory-access=allow"
    })
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
public class IndexBenchmark {

  private static final UUID REPOSITORY = new UUID(1, 2);
  private static final int CHUNKS_A_PACK = 5_000;
  private static final int PACKS_A_BATCH = 25;
  private static final int LOOK_UPS = 10_000;

  /** How many chunks the index knows. */
  @Param({"1000000"})
  public int chunks = 1_000_000;

  private final KeyRing ring = KeyRing.create(REPOSITORY, Instant.EPOCH, new SecureRandom());
  private final SplittableRandom random = new SplittableRandom(1);
  private final List<ChunkId> sample = new ArrayList<>();
  private final List<ChunkId> strangers = new ArrayList<>();
  private Path directory = Path.of("");
  private @Nullable ChunkIndex index;
  private KnownIds known = new KnownIds(0);
  private int packs;

  /** Fills the index as an ingest of that many chunks does. */
  @Setup
  public void fill() throws IOException {
    directory = Files.createTempDirectory("dozo-index-bench-");
    LmdbChunkIndex.Opened opened = LmdbChunkIndex.open(directory, REPOSITORY, chunks);
    index = opened.index();
    known = opened.known();
    while (packs * CHUNKS_A_PACK < chunks) {
      add();
    }
    for (int i = 0; i < LOOK_UPS; i++) {
      strangers.add(id());
    }
    System.out.printf(
        "# %.1f bytes of file, %.2f of Bloom filter a chunk%n",
        (double) Files.size(directory.resolve("data.mdb")) / chunks,
        (double) known.sizeBytes() / chunks);
  }

  /** Deletes the index. */
  @TearDown
  public void delete() throws IOException {
    open().close();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  /** Ids that nobody has: the Bloom filter, and where that is mistaken, LMDB. */
  @Benchmark
  @OperationsPerInvocation(LOOK_UPS)
  public int findUnknown() {
    int found = 0;
    for (ChunkId id : strangers) {
      if (known.mayContain(id) && open().find(List.of(id)).getFirst() != null) {
        found++;
      }
    }
    return found;
  }

  /** Ids from anywhere in the index. */
  @Benchmark
  @OperationsPerInvocation(LOOK_UPS)
  public int findRandomKnown() {
    int found = 0;
    for (int i = 0; i < LOOK_UPS; i++) {
      ChunkId id = sample.get(i % sample.size());
      if (known.mayContain(id) && open().find(List.of(id)).getFirst() != null) {
        found++;
      }
    }
    return found;
  }

  /** Enters a batch of packs, which is on stable storage then. Making the packs is counted too. */
  @Benchmark
  @OperationsPerInvocation(CHUNKS_A_PACK * PACKS_A_BATCH)
  public int add() throws IOException {
    List<Contents> batch = new ArrayList<>();
    for (int i = 0; i < PACKS_A_BATCH; i++) {
      batch.add(pack());
    }
    open().add(batch);
    return packs;
  }

  private Contents pack() throws IOException {
    UUID id = new UUID(0x4000, ++packs);
    PackBuilder builder =
        new PackBuilder(new PackHeader(id, REPOSITORY, 1, ContentKind.DATA), ring.packKey(1, id));
    SegmentBuffer segment = new SegmentBuffer(64 << 10);
    SegmentRecord record = new SegmentRecord();
    try (ChunkSealer sealer = new ChunkSealer(ChunkSealer.DEFAULT_LEVEL)) {
      for (int i = 0; i < CHUNKS_A_PACK; i++) {
        ChunkId chunk = id();
        known.add(chunk);
        if (i % 1_000 == 0) {
          sample.add(chunk);
        }
        segment.add(chunk, new byte[1], 0, 1);
        if (segment.chunkCount() == 500) {
          sealer.compress(segment, record);
          builder.add(record);
          segment.clear();
        }
      }
    }
    PackDirectory contents = builder.directory();
    PackEntry entry =
        new PackEntry(packs, id, ContentKind.DATA, 1, builder.lengthBytes(), CHUNKS_A_PACK);
    return new Contents(entry, contents);
  }

  private ChunkId id() {
    return new ChunkId(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
  }

  private ChunkIndex open() {
    if (index == null) {
      throw new IllegalStateException("The index is not open");
    }
    return index;
  }
}
