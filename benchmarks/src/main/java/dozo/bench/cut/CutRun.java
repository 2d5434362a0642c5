package dozo.bench.cut;

import com.sun.management.OperatingSystemMXBean;
import dozo.cli.read.DiskWindows;
import dozo.format.key.Argon2Cost;
import dozo.format.key.KeyFile;
import dozo.format.key.SlotSecret;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.DiskGeometry;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.VmRef;
import dozo.mount.read.CachedDiskReader;
import dozo.mount.read.ReadCache;
import dozo.mount.read.ReadCacheOptions;
import dozo.repository.Repository;
import dozo.repository.RepositoryLayout;
import dozo.repository.RepositoryOptions;
import dozo.repository.ingest.CommitDetails;
import dozo.repository.ingest.DiskSpec;
import dozo.repository.ingest.IngestSession;
import dozo.repository.ingest.SessionRequest;
import dozo.repository.read.MappedDisk;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;

/** One way to cut, with a repository of its own. */
final class CutRun {

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final String DISK = "disk0";
  private static final int BLOCK_BYTES = 4 << 10;
  private static final int RANDOM_READS = 4_000;

  private final Path directory;

  private CutRun(Path directory) {
    this.directory = directory;
  }

  /**
   * What was measured.
   *
   * @param storedBytes all packs
   * @param mapBytes those of them that hold map nodes
   * @param indexBytes what LMDB uses of its map
   * @param filterBytes the Bloom filter in memory
   * @param chunks how many chunks and map nodes are stored
   * @param firstCpuPerGigabyte what the first image cost, of which nothing was known
   * @param seriesCpuPerGigabyte what all images cost
   * @param oldest restoring the first image, when all others are stored
   * @param newest restoring the last one
   * @param randomReadCpuMicros a random read of 4 KiB of the last one
   */
  record Result(
      long storedBytes,
      long mapBytes,
      long indexBytes,
      long filterBytes,
      long chunks,
      double firstCpuPerGigabyte,
      double seriesCpuPerGigabyte,
      Restored oldest,
      Restored newest,
      double randomReadCpuMicros) {}

  /**
   * What restoring a disk cost.
   *
   * @param amplification the bytes that were decoded for each byte that was delivered
   * @param cpuPerGigabyte seconds
   */
  record Restored(double amplification, double cpuPerGigabyte) {}

  /** Makes a repository in a directory. */
  static CutRun create(Cut cut, Path parent) throws IOException {
    Path directory = parent.resolve("repository");
    try (SlotSecret secret = KeyFile.of(new byte[KeyFile.MINIMUM_BYTES])) {
      Repository.create(
          directory,
          cut.parameters(),
          secret,
          Argon2Cost.DEFAULT,
          "",
          RepositoryOptions.standard());
    }
    return new CutRun(directory);
  }

  private Repository open() throws IOException {
    try (SlotSecret secret = KeyFile.of(new byte[KeyFile.MINIMUM_BYTES])) {
      return Repository.open(directory, secret, RepositoryOptions.standard());
    }
  }

  /** Backs the images up, one after another, and reads the first and the last. */
  Result measure(List<Path> images) throws IOException {
    double firstCpu = 0;
    double seriesCpu = 0;
    double bytes = 0;
    try (Repository repository = open()) {
      for (Path image : images) {
        Cost cost = backUp(repository, image);
        firstCpu = firstCpu == 0 ? cost.cpuSeconds() / cost.gigabytes() : firstCpu;
        seriesCpu += cost.cpuSeconds();
        bytes += cost.gigabytes();
      }
    }
    // Closing has entered the last packs into the index.
    try (Repository repository = open()) {
      List<RestorePoint> points = repository.restorePoints();
      RepositoryLayout layout = new RepositoryLayout(directory);
      PackSizes packs = PackSizes.of(repository, layout);
      return new Result(
          packs.packBytes(),
          packs.mapPackBytes(),
          PackSizes.usedBytes(layout.index().resolve("data.mdb")),
          repository.statistics().filterBytes(),
          repository.statistics().indexedChunks(),
          firstCpu,
          seriesCpu / bytes,
          restore(repository, points.getFirst()),
          restore(repository, points.getLast()),
          randomReads(repository, points.getLast()));
    }
  }

  /** What a backup cost. */
  private record Cost(double cpuSeconds, double gigabytes) {}

  private static Cost backUp(Repository repository, Path image) throws IOException {
    String vm = String.valueOf(image.toAbsolutePath().getParent());
    UUID id = UUID.nameUUIDFromBytes(vm.getBytes(StandardCharsets.UTF_8));
    try (FileChannel file = FileChannel.open(image)) {
      DiskSpec spec = new DiskSpec(DISK, new DiskGeometry(file.size(), 512, 4096), id);
      SessionRequest request =
          new SessionRequest(
              new VmRef("default", id, "vm", "host"),
              "default",
              List.of(spec),
              List.of(),
              Consistency.NONE,
              new TreeMap<>());
      ImageFeed feed = new ImageFeed(file);
      long before = SYSTEM.getProcessCpuTime();
      try (IngestSession session = repository.beginSession(request)) {
        feed.into(session.stream(DISK));
        session.commit(CommitDetails.AS_BEGUN).join();
      }
      long cpu = SYSTEM.getProcessCpuTime() - before - feed.cpuNanos();
      return new Cost(cpu / 1e9, feed.dataBytes() / 1e9);
    }
  }

  /** Restores a disk to nowhere. */
  private static Restored restore(Repository repository, RestorePoint point) throws IOException {
    try (MappedDisk source = repository.openDisk(point.id(), DISK)) {
      long decoded = source.decodedBytes();
      long before = SYSTEM.getProcessCpuTime();
      new DiskWindows(source, 0, chunk -> true)
          .run(chunks -> source.fetch(chunks, (index, plain) -> {}), (position, bytes) -> {});
      double cpu = (SYSTEM.getProcessCpuTime() - before) / 1e9;
      double delivered = source.dataBytes();
      return new Restored(decoded / delivered, cpu / (delivered / 1e9));
    }
  }

  private static double randomReads(Repository repository, RestorePoint point) throws IOException {
    Random random = new Random(1);
    ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
    try (ReadCache cache = new ReadCache(ReadCacheOptions.DEFAULT);
        CachedDiskReader reader = cache.open(repository.openDisk(point.id(), DISK))) {
      long blocks = reader.sizeBytes() / BLOCK_BYTES;
      long[] offsets = new long[RANDOM_READS];
      for (int found = 0; found < RANDOM_READS; ) {
        long at = random.nextLong(blocks) * BLOCK_BYTES;
        if (!reader.extents(at, 1).getFirst().isHole()) {
          offsets[found++] = at;
        }
      }
      long before = SYSTEM.getProcessCpuTime();
      for (long offset : offsets) {
        reader.read(offset, block.clear());
      }
      return (SYSTEM.getProcessCpuTime() - before) / 1e3 / RANDOM_READS;
    }
  }
}
