package dozo.bench;

import dozo.format.ChunkHasher;
import dozo.format.ChunkId;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** What chunk ids cost. One operation is one MiB, so scores are MiB per second of one core. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
public class HashBenchmark {

  private static final int MEBIBYTES = 4;

  /** The length of the chunks in bytes. */
  @Param({"4096", "16384", "65536"})
  public int chunkBytes;

  private final ChunkHasher hasher = new ChunkHasher(new byte[ChunkHasher.KEY_BYTES]);
  private final byte[] data = new byte[MEBIBYTES << 20];

  /** Fills the chunks with random data. */
  @Setup
  public void fill() {
    new SplittableRandom(1).nextBytes(data);
  }

  /** Ids of chunks that lie behind one another. */
  @Benchmark
  @OperationsPerInvocation(MEBIBYTES)
  public void id(Blackhole ids) {
    for (int at = 0; at < data.length; at += chunkBytes) {
      ChunkId id = hasher.id(data, at, chunkBytes);
      ids.consume(id);
    }
  }
}
