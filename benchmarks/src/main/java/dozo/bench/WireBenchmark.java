package dozo.bench;

import dozo.bench.IngestSessionBenchmark.Stretch;
import dozo.format.disk.ChunkSource;
import dozo.format.disk.Extent;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.RestorePointId;
import dozo.protocol.BaseSpec;
import dozo.protocol.DiskSpec;
import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.protocol.ServerAddress;
import dozo.protocol.ServerTrust;
import dozo.protocol.client.ConnectionSettings;
import dozo.protocol.client.DozoConnection;
import dozo.protocol.client.RemoteSession;
import dozo.protocol.client.RemoteStream;
import dozo.protocol.message.SessionMessage.BeginSession;
import dozo.protocol.message.SessionMessage.Commit;
import dozo.server.DozoServer;
import dozo.server.ServerConfiguration;
import dozo.server.auth.Scope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
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
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a session costs over the wire: client and server in one process, TLS over the loopback. MiB
 * a second, and the processor time of both. Compared with {@link IngestSessionBenchmark} it tells
 * what the wire costs.
 */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
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
@Warmup(iterations = 3, time = 5)
@Measurement(iterations = 3, time = 5)
public class WireBenchmark {

  private static final int MEBIBYTES = 256;
  private static final int CHUNKS_AT_A_TIME = 512;

  private final IngestSessionBenchmark sample = new IngestSessionBenchmark();
  private @Nullable DozoServer server;
  private @Nullable DozoConnection connection;

  /** Makes a repository with a backup, a server over it, and a connection to that. */
  @Setup(Level.Iteration)
  public void open() throws IOException {
    sample.open();
    ServerConfiguration configuration =
        ServerConfiguration.standard(sample.directory().resolve("server"))
            .withListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .withAdmin(Optional.empty());
    DozoServer started =
        DozoServer.start(configuration, sample.repository(), Clock.systemUTC(), new SecureRandom());
    server = started;
    Secret token =
        started.tokens().create("bench", Role.ADMIN, Scope.EVERYTHING, Optional.empty()).secret();
    ServerAddress.Tcp address = new ServerAddress.Tcp("127.0.0.1", started.address().getPort());
    connection =
        DozoConnection.connect(
            ConnectionSettings.tcp(
                address, new ServerTrust.Pinned(started.fingerprint()), token, "bench"));
  }

  /** Ends all of it. */
  @TearDown(Level.Iteration)
  public void close() throws IOException {
    connection().close();
    if (server != null) {
      server.close();
    }
    sample.close();
  }

  /** A disk of which nothing is known. */
  @Benchmark
  @OperationsPerInvocation(MEBIBYTES)
  public long unique(ProcessorCost cost) throws IOException {
    sample.stamp();
    return cost.of(sample.disk().length, this::backUp);
  }

  /** The same disk again, sent whole. */
  @Benchmark
  @OperationsPerInvocation(MEBIBYTES)
  public long duplicate(ProcessorCost cost) throws IOException {
    return cost.of(sample.disk().length, this::backUp);
  }

  /** The same disk, of which a hundredth has changed, in lone extents, and only that is sent. */
  @Benchmark
  @OperationsPerInvocation(MEBIBYTES)
  public long changes(ProcessorCost cost) throws IOException {
    return cost.of(sample.disk().length, this::backUpChanges);
  }

  /** All chunks of the disk, as a restore fetches them. */
  @Benchmark
  @OperationsPerInvocation(MEBIBYTES)
  public long restore(ProcessorCost cost) throws IOException {
    return cost.of(sample.disk().length, this::fetchAll);
  }

  /** What is backed up, and the repository that it goes to. */
  IngestSessionBenchmark sample() {
    return sample;
  }

  private DozoConnection connection() {
    DozoConnection open = connection;
    if (open == null) {
      throw new IllegalStateException("There is no connection");
    }
    return open;
  }

  private long backUp() throws IOException {
    byte[] disk = sample.disk();
    return backUp(null, stream -> stream.data(ByteBuffer.wrap(disk)));
  }

  private long backUpChanges() throws IOException {
    RestorePointId base = sample.repository().latest(IngestSessionBenchmark.VM).orElseThrow().id();
    List<Stretch> stretches = sample.change();
    return backUp(
        new BaseSpec(base, IngestSessionBenchmark.DISK),
        stream -> {
          for (Stretch stretch : stretches) {
            if (stretch.changed()) {
              stream.data(ByteBuffer.wrap(sample.disk(), stretch.from(), stretch.bytes()));
            } else {
              stream.keep(stretch.bytes());
            }
          }
        });
  }

  private long backUp(@Nullable BaseSpec base, Content content) throws IOException {
    int size = sample.disk().length;
    DiskSpec spec =
        new DiskSpec(IngestSessionBenchmark.DISK, size, 512, 4096, new UUID(1, 2), base);
    BeginSession plan =
        new BeginSession(
            IngestSessionBenchmark.VM, List.of(spec), List.of(), Consistency.NONE, new TreeMap<>());
    try (RemoteSession session = connection().beginSession(plan)) {
      RemoteStream stream = session.stream(IngestSessionBenchmark.DISK);
      content.send(stream);
      stream.end();
      return session.commit(new Commit(null, null)).statistics().storedBytes();
    }
  }

  private interface Content {
    void send(RemoteStream stream) throws IOException;
  }

  private long fetchAll() throws IOException {
    RestorePointId id = sample.repository().restorePoints().getFirst().id();
    LongAdder bytes = new LongAdder();
    try (ChunkSource disk = connection().openDisk(id, IngestSessionBenchmark.DISK)) {
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
  }
}
