package dozo.bench;

import dozo.format.chunk.CutSink;
import dozo.format.chunk.StreamCutter;
import dozo.format.key.Argon2Cost;
import dozo.format.key.KeyFile;
import dozo.format.key.SlotSecret;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.DiskGeometry;
import dozo.format.manifest.RepositoryParameters;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.VmRef;
import dozo.repository.Repository;
import dozo.repository.RepositoryOptions;
import dozo.repository.ingest.BaseRef;
import dozo.repository.ingest.CommitDetails;
import dozo.repository.ingest.DiskSpec;
import dozo.repository.ingest.IngestSession;
import dozo.repository.ingest.IngestStream;
import dozo.repository.ingest.SessionRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
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
 * What a whole session costs, from the caller's array to the receipt, on all cores: MiB a second,
 * and the processor's seconds a GB of the whole process. The last benchmark does the same work
 * block by block on one thread, and is what the others are to be compared with: the engine adds
 * look-ups, hand-overs and the map.
 *
 * <p>The repository stands in {@code -Ddozo.bench.directory}, or in memory where there is such a
 * file system.
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
@Warmup(iterations = 3, time = 5)
@Measurement(iterations = 3, time = 5)
public class IngestSessionBenchmark {

  private static final int MEBIBYTES = 256;
  private static final int REAL_BYTES = 32 << 20;
  private static final int FRAME_BYTES = 256 << 10;
  private static final int FRAMES_UNDER_WAY = 64;

  /** What a host that tracks changes tells apart. */
  private static final int EXTENT_BYTES = 64 << 10;

  private static final int EXTENTS = (MEBIBYTES << 20) / EXTENT_BYTES;

  /** Names the system property with a raw disk image whose data is to be the disk's. */
  static final String IMAGE_PROPERTY = "dozo.bench.image";

  /** What the disk is called. */
  static final String DISK = "disk0";

  /** Whose disk it is. */
  static final VmRef VM = new VmRef("default", new UUID(1, 1), "vm", "host");

  /** Changes every chunk, and hardly how well it compresses. */
  private static final int STAMP_EVERY_BYTES = 2_048;

  private final byte[] disk = new byte[MEBIBYTES << 20];
  private final SplittableRandom random = new SplittableRandom(1);
  private final Path directory;
  private @Nullable Repository repository;

  /** Chooses the directory. */
  public IngestSessionBenchmark() {
    Path memory = Path.of("/dev/shm");
    String standard =
        Files.isDirectory(memory) ? memory.toString() : System.getProperty("java.io.tmpdir");
    directory =
        Path.of(System.getProperty("dozo.bench.directory", standard))
            .resolve("dozo-bench-" + ProcessHandle.current().pid());
  }

  /** Makes the content, a repository, and a first backup of the content. */
  @Setup(Level.Iteration)
  public void open() throws IOException {
    String image = System.getProperty(IMAGE_PROPERTY);
    byte[] real =
        image == null ? RealBytes.read(REAL_BYTES) : RealBytes.ofImage(Path.of(image), disk.length);
    for (int at = 0; at < disk.length; at += real.length) {
      System.arraycopy(real, 0, disk, at, real.length);
    }
    stamp();
    try (SlotSecret secret = KeyFile.of(new byte[KeyFile.MINIMUM_BYTES])) {
      RepositoryOptions options = RepositoryOptions.standard();
      Repository.create(
          directory, RepositoryParameters.standard(), secret, Argon2Cost.DEFAULT, "", options);
      repository = Repository.open(directory, secret, options);
    }
    backUp();
  }

  /** Deletes the repository. */
  @TearDown(Level.Iteration)
  public void close() throws IOException {
    if (repository != null) {
      repository.close();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** A disk of which nothing is known; making it so costs under a hundredth of the rest. */
  @Benchmark
  @OperationsPerInvocation(MEBIBYTES)
  public long unique(ProcessorCost cost) throws IOException {
    stamp();
    return cost.of(disk.length, this::backUp);
  }

  /** The same disk again, sent whole. */
  @Benchmark
  @OperationsPerInvocation(MEBIBYTES)
  public long duplicate(ProcessorCost cost) throws IOException {
    return cost.of(disk.length, this::backUp);
  }

  /** The same disk, of which a hundredth has changed, in lone extents, and only that is sent. */
  @Benchmark
  @OperationsPerInvocation(MEBIBYTES)
  public long changes(ProcessorCost cost) throws IOException {
    return cost.of(disk.length, this::backUpChanges);
  }

  /**
   * The work on a unique disk, block by block: cut, hash, compress, encrypt; nothing is written.
   */
  @Benchmark
  @OperationsPerInvocation(MEBIBYTES)
  public long blocksOfUnique(ProcessorCost cost) throws IOException {
    return cost.of(disk.length, () -> new BuildingBlocks().unique(disk));
  }

  /** The work on a disk that is known: cut and hash. */
  @Benchmark
  @OperationsPerInvocation(MEBIBYTES)
  public long blocksOfDuplicate(ProcessorCost cost) throws IOException {
    return cost.of(disk.length, () -> new BuildingBlocks().duplicate(disk));
  }

  /** Makes all of the disk new. */
  void stamp() {
    stamp(0, disk.length);
  }

  private void stamp(int from, int length) {
    ByteBuffer bytes = ByteBuffer.wrap(disk);
    for (int at = from; at < from + length; at += STAMP_EVERY_BYTES) {
      bytes.putLong(at, random.nextLong());
    }
  }

  /** The repository, with one backup in it. */
  Repository repository() {
    Repository open = repository;
    if (open == null) {
      throw new IllegalStateException("The repository is not open");
    }
    return open;
  }

  /** What is backed up. */
  byte[] disk() {
    return disk;
  }

  /** Where the repository is. */
  Path directory() {
    return directory;
  }

  private long backUp() throws IOException {
    return backUp(Optional.empty(), this::feed);
  }

  private long backUpChanges() throws IOException {
    RestorePointId base = repository().latest(VM).orElseThrow().id();
    List<Stretch> stretches = change();
    return backUp(Optional.of(new BaseRef(base, DISK)), stream -> feed(stream, stretches));
  }

  /** Changes a hundredth of the disk, in extents drawn at random, and tells the whole disk. */
  List<Stretch> change() {
    BitSet changed = new BitSet(EXTENTS);
    while (changed.cardinality() < EXTENTS / 100) {
      changed.set(random.nextInt(EXTENTS));
    }
    List<Stretch> stretches = new ArrayList<>();
    for (int at = 0; at < EXTENTS; ) {
      boolean isChanged = changed.get(at);
      int next = isChanged ? changed.nextClearBit(at) : changed.nextSetBit(at);
      int end = next < 0 ? EXTENTS : Math.min(next, EXTENTS);
      Stretch stretch = new Stretch(at * EXTENT_BYTES, (end - at) * EXTENT_BYTES, isChanged);
      if (isChanged) {
        stamp(stretch.from(), stretch.bytes());
      }
      stretches.add(stretch);
      at = end;
    }
    return stretches;
  }

  /** A part of the disk that has changed as a whole, or not at all. */
  record Stretch(int from, int bytes, boolean changed) {}

  private long backUp(Optional<BaseRef> base, Consumer<IngestStream> content) throws IOException {
    DiskGeometry geometry = new DiskGeometry(disk.length, 512, 4096);
    SessionRequest request =
        new SessionRequest(
            VM,
            "default",
            List.of(new DiskSpec(DISK, geometry, new UUID(1, 2), base)),
            List.of(),
            Consistency.NONE,
            new TreeMap<>());
    try (IngestSession session = repository().beginSession(request)) {
      content.accept(session.stream(DISK));
      return session
          .commit(CommitDetails.AS_BEGUN)
          .join()
          .restorePoint()
          .statistics()
          .storedBytes();
    }
  }

  private void feed(IngestStream stream, List<Stretch> stretches) {
    Semaphore credit = new Semaphore(FRAMES_UNDER_WAY);
    for (Stretch stretch : stretches) {
      if (!stretch.changed()) {
        credit.acquireUninterruptibly();
        stream.keep(stretch.bytes(), credit::release);
        continue;
      }
      int end = stretch.from() + stretch.bytes();
      for (int at = stretch.from(); at < end; at += FRAME_BYTES) {
        credit.acquireUninterruptibly();
        stream.data(disk, at, Math.min(FRAME_BYTES, end - at), credit::release);
      }
    }
    stream.end();
  }

  private void feed(IngestStream stream) {
    Semaphore credit = new Semaphore(FRAMES_UNDER_WAY);
    for (int at = 0; at < disk.length; at += FRAME_BYTES) {
      credit.acquireUninterruptibly();
      stream.data(disk, at, FRAME_BYTES, credit::release);
    }
    stream.end();
  }

  /** Cuts a disk and counts what comes out, so that nothing of it can be left out. */
  static long cut(byte[] disk, CutSink sink) throws IOException {
    StreamCutter cutter = new StreamCutter(RepositoryParameters.standard().chunker(), sink);
    for (int at = 0; at < disk.length; at += FRAME_BYTES) {
      cutter.write(ByteBuffer.wrap(disk, at, FRAME_BYTES));
    }
    cutter.finish();
    return cutter.offset();
  }
}
