package dozo.bench;

import dozo.format.chunk.Chunker;
import dozo.format.chunk.ChunkerParameters;
import dozo.format.chunk.CutSink;
import dozo.format.chunk.StreamCutter;
import java.io.IOException;
import java.nio.ByteBuffer;
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

/** What cutting costs. One operation is one MiB, so scores are MiB per second of one core. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
public class ChunkerBenchmark {

  private static final int MEBIBYTES = 32;
  private static final int FRAME_BYTES = 128 << 10;

  /** How to cut, in the text form of {@link ChunkerParameters}. */
  @Param({"fastcdc2020", "fastcdc2020,average=65536", "blockaligned,average=65536", "fixed"})
  public String chunker = "fastcdc2020";

  private final byte[] disk = new byte[MEBIBYTES << 20];
  private final byte[] zeros = new byte[MEBIBYTES << 20];
  private ChunkerParameters parameters = ChunkerParameters.standard();
  private Chunker cut = parameters.chunker();
  private byte[] window = new byte[0];

  /** Fills the disk with random data. */
  @Setup
  public void fill() {
    new SplittableRandom(1).nextBytes(disk);
    parameters = ChunkerParameters.parse(chunker);
    cut = parameters.chunker();
    window = new byte[StreamCutter.windowBytes(parameters)];
  }

  /** The chunker alone. */
  @Benchmark
  @OperationsPerInvocation(MEBIBYTES)
  public int cut() {
    int chunks = 0;
    for (int at = 0; at < disk.length; chunks++) {
      at += cut.cut(at, disk, at, disk.length);
    }
    return chunks;
  }

  /** A stream of data in frames: one copy, the search for holes, and the chunker. */
  @Benchmark
  @OperationsPerInvocation(MEBIBYTES)
  public long streamData() throws IOException {
    return stream(disk);
  }

  /** A stream of zeros that were sent as data. */
  @Benchmark
  @OperationsPerInvocation(MEBIBYTES)
  public long streamZeros() throws IOException {
    return stream(zeros);
  }

  private long stream(byte[] content) throws IOException {
    Counter counter = new Counter();
    StreamCutter cutter = new StreamCutter(parameters, 0, window, counter);
    ByteBuffer frames = ByteBuffer.wrap(content);
    for (int at = 0; at < content.length; at += FRAME_BYTES) {
      cutter.write(frames.limit(at + FRAME_BYTES));
    }
    cutter.finish();
    return counter.runs;
  }

  private static final class Counter implements CutSink {
    private long runs;

    @Override
    public void chunk(long offset, byte[] window, int from, int length) {
      runs++;
    }

    @Override
    public void hole(long offset, long length) {
      runs++;
    }
  }
}
