package dozo.bench;

import dozo.format.ChunkId;
import dozo.format.key.KeyRing;
import dozo.format.pack.ContentKind;
import dozo.format.pack.PackBuilder;
import dozo.format.pack.PackHeader;
import dozo.format.pack.PackRepairer;
import dozo.format.pack.RangedInput;
import dozo.format.pack.RepairedPack;
import dozo.format.parity.Parity;
import dozo.format.parity.ParityEncoder;
import dozo.format.seal.ChunkSealer;
import dozo.format.seal.SegmentBuffer;
import dozo.format.seal.SegmentRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * What parity costs the writer of a pack, and what bringing back a pack takes. One operation is one
 * MiB of a pack of 64 MiB, so scores are MiB per second of one core.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
public class ParityBenchmark {

  private static final int MEBIBYTES = 64;
  private static final UUID REPOSITORY = new UUID(1, 2);
  private static final UUID PACK = new UUID(3, 4);

  /** How much parity. */
  @Param({"1", "5", "25"})
  public int percent;

  private final byte[] segment = new byte[64 << 10];
  private byte[] damaged = new byte[0];

  /** Fills a segment, and zeros 64 KiB in the middle of a pack. */
  @Setup
  public void fill() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    random.nextBytes(segment);
    KeyRing ring = KeyRing.create(REPOSITORY, Instant.EPOCH, new SecureRandom());
    PackHeader header = new PackHeader(PACK, REPOSITORY, 1, ContentKind.DATA);
    PackBuilder builder = new PackBuilder(header, ring.packKey(1, PACK), percent);
    ByteArrayOutputStream file = new ByteArrayOutputStream(MEBIBYTES << 21);
    file.writeBytes(header.encode());
    SegmentBuffer chunks = new SegmentBuffer(segment.length);
    SegmentRecord record = new SegmentRecord();
    try (ChunkSealer sealer = new ChunkSealer(ChunkSealer.DEFAULT_LEVEL)) {
      while (builder.lengthBytes() < (long) MEBIBYTES << 20) {
        chunks.clear();
        chunks.add(new ChunkId(random.nextLong(), 2, 3, 4), segment, 0, segment.length);
        sealer.compress(chunks, record);
        builder.add(record);
        file.write(record.bytes(), 0, record.length());
      }
    }
    file.writeBytes(builder.finish());
    damaged = file.toByteArray();
    int middle = damaged.length / 2;
    Arrays.fill(damaged, middle, middle + (64 << 10), (byte) 0);
  }

  /** Parity of a pack that comes in segments. */
  @Benchmark
  @OperationsPerInvocation(MEBIBYTES)
  public Parity encode() {
    ParityEncoder encoder = new ParityEncoder(percent);
    while (encoder.lengthBytes() < (long) MEBIBYTES << 20) {
      encoder.add(segment, 0, segment.length);
    }
    return encoder.finish();
  }

  /** Finds what is damaged, computes it, and checks the whole pack. */
  @Benchmark
  @OperationsPerInvocation(MEBIBYTES)
  public RepairedPack repair() throws IOException {
    return PackRepairer.repair(new PackInMemory(damaged), PACK, REPOSITORY);
  }

  private static final class PackInMemory implements RangedInput {
    private final byte[] bytes;

    PackInMemory(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public long sizeBytes() {
      return bytes.length;
    }

    @Override
    public void read(long offset, ByteBuffer target) {
      target.put(bytes, (int) offset, target.remaining());
    }
  }
}
