package dozo.bench;

import dozo.format.ChunkId;
import dozo.format.key.KeyRing;
import dozo.format.key.PackKey;
import dozo.format.pack.ContentKind;
import dozo.format.pack.PackBuilder;
import dozo.format.pack.PackDirectory;
import dozo.format.pack.PackHeader;
import dozo.format.pack.PackReader;
import dozo.format.pack.RangedInput;
import dozo.format.seal.ChunkSealer;
import dozo.format.seal.GcmWarmUp;
import dozo.format.seal.SegmentBuffer;
import dozo.format.seal.SegmentRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What directories cost: one of 5,700 chunks in 1,900 segments, as a pack of 64 MiB has. The chunks
 * are short, so that what is measured is not their bytes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
public class PackBenchmark {

  private static final int SEGMENTS = 1_900;
  private static final int CHUNKS_A_SEGMENT = 3;
  private static final int LOOK_UPS = 5_700;
  private static final UUID ID = new UUID(1, 2);

  private final ChunkId[] known = new ChunkId[LOOK_UPS];
  private final ChunkId[] unknown = new ChunkId[LOOK_UPS];
  private final PackKey key;
  private final PackReader reader;
  private final PackDirectory directory;

  /** Builds the pack. */
  public PackBenchmark() {
    GcmWarmUp.run();
    try {
      key = KeyRing.create(ID, Instant.EPOCH, new SecureRandom()).packKey(1, ID);
      reader = PackReader.open(new Memory(ByteBuffer.wrap(build(key))), ID, ID);
      directory = reader.readDirectory(key);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (directory.segmentCount() != SEGMENTS) {
      throw new AssertionError("The pack has " + directory.segmentCount() + " segments");
    }
    System.out.printf(
        "# %.1f bytes of memory a chunk%n",
        (double) directory.memoryBytes() / directory.chunkCount());
  }

  private byte[] build(PackKey key) {
    SplittableRandom random = new SplittableRandom(1);
    PackHeader header = new PackHeader(ID, ID, 1, ContentKind.DATA);
    PackBuilder builder = new PackBuilder(header, key);
    ByteArrayOutputStream pack = new ByteArrayOutputStream();
    pack.writeBytes(header.encode());
    SegmentBuffer segment = new SegmentBuffer(64 << 10);
    SegmentRecord record = new SegmentRecord();
    byte[] chunk = new byte[64];
    try (ChunkSealer sealer = new ChunkSealer(ChunkSealer.DEFAULT_LEVEL)) {
      for (int i = 0; i < LOOK_UPS; i++) {
        known[i] = id(random);
        unknown[i] = id(random);
        segment.add(known[i], chunk, 0, chunk.length);
        if (segment.chunkCount() == CHUNKS_A_SEGMENT) {
          sealer.compress(segment, record);
          builder.add(record);
          pack.write(record.bytes(), 0, record.length());
          segment.clear();
        }
      }
    }
    pack.writeBytes(builder.finish());
    return pack.toByteArray();
  }

  /** Reading, decrypting and indexing the directory. */
  @Benchmark
  public PackDirectory readDirectory() throws IOException {
    return reader.readDirectory(key);
  }

  /** A look-up of a chunk that is there. */
  @Benchmark
  @OperationsPerInvocation(LOOK_UPS)
  public int findKnown() {
    return find(known);
  }

  /** A look-up of a chunk that is not. */
  @Benchmark
  @OperationsPerInvocation(LOOK_UPS)
  public int findUnknown() {
    return find(unknown);
  }

  private int find(ChunkId[] ids) {
    int sum = 0;
    for (ChunkId id : ids) {
      sum += directory.find(id);
    }
    return sum;
  }

  private static ChunkId id(SplittableRandom random) {
    return new ChunkId(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
  }

  private record Memory(ByteBuffer bytes) implements RangedInput {

    @Override
    public long sizeBytes() {
      return bytes.capacity();
    }

    @Override
    public void read(long offset, ByteBuffer target) {
      target.put(bytes.duplicate().position((int) offset).limit((int) offset + target.remaining()));
    }
  }
}
