package dozo.bench;

import dozo.format.ChunkId;
import dozo.format.CorruptDataException;
import dozo.format.key.KeyRing;
import dozo.format.key.PackKey;
import dozo.format.seal.ChunkOpener;
import dozo.format.seal.ChunkSealer;
import dozo.format.seal.GcmWarmUp;
import dozo.format.seal.RecordSealer;
import dozo.format.seal.SegmentBuffer;
import dozo.format.seal.SegmentRecord;
import dozo.format.seal.SegmentView;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What sealing and opening cost, in segments of 64 KiB. One operation is one MiB of plain chunks,
 * so scores are MiB per second of one core.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
public class SealBenchmark {

  private static final int MEBIBYTES = 8;
  private static final int CHUNK_BYTES = 16 << 10;
  private static final int SEGMENT_BYTES = 64 << 10;

  /** What is sealed: the Java runtime's class library, or random bytes. */
  @Param({"real", "random"})
  public String content = "real";

  /** The zstd level. */
  @Param({"1", "3"})
  public int level = ChunkSealer.DEFAULT_LEVEL;

  private final SegmentBuffer segment = new SegmentBuffer(SEGMENT_BYTES);
  private final SegmentRecord record = new SegmentRecord();
  private final SegmentView view = new SegmentView();
  private final ChunkOpener opener = new ChunkOpener();
  private final List<byte[]> records = new ArrayList<>();
  private byte[] data = new byte[0];
  private ChunkSealer sealer = new ChunkSealer(ChunkSealer.DEFAULT_LEVEL);
  private PackKey key = packKey();

  private static PackKey packKey() {
    try {
      UUID id = new UUID(1, 2);
      return KeyRing.create(id, Instant.EPOCH, new SecureRandom()).packKey(1, id);
    } catch (CorruptDataException e) {
      throw new AssertionError("A new ring has epoch 1", e);
    }
  }

  /** Makes the content and its records. */
  @Setup
  public void make() throws IOException {
    GcmWarmUp.run();
    data = new byte[MEBIBYTES << 20];
    if (content.equals("real")) {
      data = RealBytes.read(data.length);
    } else {
      new SplittableRandom(1).nextBytes(data);
    }
    sealer.close();
    sealer = new ChunkSealer(level);
    records.clear();
    RecordSealer encryptor = new RecordSealer(key);
    long stored = 0;
    for (int at = 0; at < data.length; at += SEGMENT_BYTES) {
      fill(at);
      sealer.compress(segment, record);
      encryptor.seal(record);
      records.add(Arrays.copyOf(record.bytes(), record.length()));
      stored += record.length();
    }
    System.out.printf("# stored %.3f of the plain bytes%n", (double) stored / data.length);
  }

  /** Frees what is outside the heap. */
  @TearDown
  public void close() {
    sealer.close();
    opener.close();
  }

  /** Copying chunks into segments and compressing these. */
  @Benchmark
  @OperationsPerInvocation(MEBIBYTES)
  public long compress() {
    long stored = 0;
    for (int at = 0; at < data.length; at += SEGMENT_BYTES) {
      fill(at);
      sealer.compress(segment, record);
      stored += record.length();
    }
    return stored;
  }

  /** The same, and encrypting the records. */
  @Benchmark
  @OperationsPerInvocation(MEBIBYTES)
  public long seal() {
    RecordSealer encryptor = new RecordSealer(key);
    long stored = 0;
    for (int at = 0; at < data.length; at += SEGMENT_BYTES) {
      fill(at);
      sealer.compress(segment, record);
      encryptor.seal(record);
      stored += record.length();
    }
    return stored;
  }

  /** Checking, decrypting and decompressing records. */
  @Benchmark
  @OperationsPerInvocation(MEBIBYTES)
  public long open() throws IOException {
    long chunks = 0;
    for (byte[] sealed : records) {
      opener.open(key, sealed, 0, sealed.length, 0, view);
      chunks += view.chunkCount();
    }
    return chunks;
  }

  private void fill(int from) {
    segment.clear();
    for (int at = from; at < from + SEGMENT_BYTES; at += CHUNK_BYTES) {
      segment.add(new ChunkId(at, at, at, at), data, at, CHUNK_BYTES);
    }
  }
}
