package dozo.mount.tree;

import dozo.format.ChunkId;
import dozo.format.disk.ChunkSource;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.DiskGeometry;
import dozo.format.manifest.FileEntry;
import dozo.format.manifest.IngestStatistics;
import dozo.format.manifest.MapRoot;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.VmRef;
import dozo.mount.read.MemorySource;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Restore points of random disks in memory. */
final class MemoryPoints implements RestorePoints {
  static final int DISK_BYTES = 20 << 20;
  static final int FILE_BYTES = 70_001;

  final List<RestorePoint> points = new CopyOnWriteArrayList<>();
  final List<MemorySource> opened = new CopyOnWriteArrayList<>();
  private final ConcurrentHashMap<RestorePointId, Integer> seeds = new ConcurrentHashMap<>();

  /** Called before each listing. */
  volatile Runnable beforeList = () -> {};

  /** Adds a restore point with a disk and a configuration file of contents of their own. */
  RestorePoint add(int seed, String vm, String disk, String file) {
    RestorePointId id = new RestorePointId(new UUID(0x0196f3a0_1234_7000L + seed, 1L << 63));
    RestorePoint point =
        new RestorePoint(
            id,
            Instant.parse("2026-11-21T12:00:00.123Z").plusSeconds(seed),
            new VmRef("default", new UUID(1, 2), vm, "hv1"),
            "default",
            Consistency.NONE,
            List.of(
                new DiskEntry(
                    disk,
                    new DiskGeometry(DISK_BYTES, 512, 4096),
                    new UUID(7, seed),
                    new MapRoot(new ChunkId(1, 2, 3, 4), 2, disk(seed).dataBytes()))),
            List.of(new FileEntry(file, FILE_BYTES, new MapRoot(new ChunkId(5, 6, 7, 8), 0, 0))),
            new TreeMap<>(),
            IngestStatistics.NONE);
    seeds.put(id, seed);
    points.add(point);
    return point;
  }

  /** The same restore point, of a disk with other logical sectors. */
  static RestorePoint withSectors(RestorePoint point, int sectorBytes) {
    DiskEntry disk = point.disks().getFirst();
    DiskGeometry geometry = new DiskGeometry(DISK_BYTES, sectorBytes, 4096);
    return new RestorePoint(
        point.id(),
        point.created(),
        point.vm(),
        point.domain(),
        point.consistency(),
        List.of(new DiskEntry(disk.name(), geometry, disk.identity(), disk.map())),
        point.files(),
        point.attributes(),
        point.statistics());
  }

  static MemorySource disk(int seed) {
    return new MemorySource(seed, DISK_BYTES, 64 << 10);
  }

  static MemorySource file(int seed) {
    return new MemorySource(-seed, FILE_BYTES, 16 << 10);
  }

  boolean everythingClosed() {
    return opened.stream().allMatch(source -> source.closed.get());
  }

  @Override
  public List<RestorePoint> list() throws IOException {
    beforeList.run();
    return List.copyOf(points);
  }

  @Override
  public ChunkSource openDisk(RestorePointId point, String disk) throws IOException {
    return open(disk(seed(point)));
  }

  @Override
  public ChunkSource openFile(RestorePointId point, String file) throws IOException {
    return open(file(seed(point)));
  }

  private int seed(RestorePointId point) throws IOException {
    Integer seed = seeds.get(point);
    if (seed == null) {
      throw new IOException("no restore point " + point);
    }
    return seed;
  }

  private ChunkSource open(MemorySource source) {
    opened.add(source);
    return source;
  }
}
