package dozo.bench;

import dozo.format.disk.ChunkSource;
import dozo.format.disk.Extent;
import dozo.format.manifest.RestorePointId;
import dozo.mount.read.CachedDiskReader;
import dozo.mount.read.ReadCache;
import dozo.mount.read.ReadCacheOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What reading a disk of 256 MiB costs out of a repository, without a wire and without FUSE: whole,
 * as a restore and a mount read it, and in random blocks. The cache holds an eighth of the disk, so
 * that nearly every random read opens a segment.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "-Xmx2g",
      "--add-opens=java.base/java.nio=ALL-UNNAMED",
      "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
      "--enable-native-access=ALL-UNNAMED",
      "--sun-misc-unsafe-memory-access=allow"
    })
@Warmup(iterations = 2, time = 5)
@Measurement(iterations = 3, time = 5)
public class ReadBenchmark {

  private static final int MEBIBYTES = 256;
  private static final int BLOCK_BYTES = 4 << 10;
  private static final int READ_BYTES = 128 << 10;
  private static final int CHUNKS_AT_A_TIME = 512;
  private static final ReadCacheOptions CACHE = new ReadCacheOptions(32 << 20, 8 << 20, 8 << 20, 4);

  private final IngestSessionBenchmark sample = new IngestSessionBenchmark();
  private final SplittableRandom random = new SplittableRandom(1);
  private final ByteBuffer target = ByteBuffer.allocateDirect(READ_BYTES);
  private final ReadCache cache = new ReadCache(CACHE);
  private @Nullable CachedDiskReader reader;

  /** Makes a repository with one backup. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    sample.open();
    reader = cache.open(disk());
  }

  /** Deletes the repository. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    reader().close();
    cache.close();
    sample.close();
  }

  private CachedDiskReader reader() {
    CachedDiskReader open = reader;
    if (open == null) {
      throw new IllegalStateException("The disk is not open");
    }
    return open;
  }

  private ChunkSource disk() throws IOException {
    RestorePointId id = sample.repository().restorePoints().getFirst().id();
    return sample.repository().openDisk(id, IngestSessionBenchmark.DISK);
  }

  /** All chunks, in batches, as a restore fetches them; in MiB a second. */
  @Benchmark
  @OperationsPerInvocation(MEBIBYTES)
  public long fetchAll(ProcessorCost cost) throws IOException {
    return cost.of(
        (long) MEBIBYTES << 20,
        () -> {
          LongAdder bytes = new LongAdder();
          try (ChunkSource disk = disk()) {
            long at = 0;
            while (at < disk.sizeBytes()) {
              List<Extent> chunks = disk.extents(at, CHUNKS_AT_A_TIME);
              at = chunks.getLast().end();
              disk.fetch(
                  chunks.stream().filter(chunk -> !chunk.isHole()).toList(),
                  (index, plain) -> bytes.add(plain.remaining()));
            }
          }
          return bytes.sum();
        });
  }

  /** From the first byte to the last in reads of 128 KiB, as a mount gets them; MiB a second. */
  @Benchmark
  @OperationsPerInvocation(MEBIBYTES)
  public long readSequentially(ProcessorCost cost) throws IOException {
    return cost.of(
        (long) MEBIBYTES << 20,
        () -> {
          long at = 0;
          for (; at < reader().sizeBytes(); at += READ_BYTES) {
            reader().read(at, target.clear());
          }
          return at;
        });
  }

  /** Blocks of 4 KiB at random; reads a second. */
  @Benchmark
  public long readAtRandom(ProcessorCost cost) throws IOException {
    long block = random.nextLong(reader().sizeBytes() / BLOCK_BYTES);
    return cost.of(
        BLOCK_BYTES,
        () -> {
          reader().read(block * BLOCK_BYTES, target.clear().limit(BLOCK_BYTES));
          return block;
        });
  }
}
