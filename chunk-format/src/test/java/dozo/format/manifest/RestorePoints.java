package dozo.format.manifest;

import dozo.format.ChunkId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** Restore points to write and read. */
public final class RestorePoints {

  private RestorePoints() {}

  /** One that has everything that there can be. */
  public static RestorePoint full() {
    return new RestorePoint(
        RestorePointId.parse("0196f3a0-1234-7abc-8def-0123456789ab"),
        Instant.parse("2026-11-21T12:00:00.123Z"),
        new VmRef(
            "default", UUID.fromString("6f9619ff-8b86-d011-b42d-00c04fc964ff"), "wéb \"1\"", "hv1"),
        "default",
        new Consistency(
            ConsistencyLevel.APPLICATION,
            ConsistencyLevel.CRASH,
            "vss",
            "A writer failed:\n0x800423f4",
            Optional.of(Instant.parse("2026-11-21T11:59:58Z")),
            Optional.of(Instant.parse("2026-11-21T11:59:59.5Z")),
            List.of(
                new Consistency.Writer("SqlServerWriter", "failed"),
                new Consistency.Writer("System Writer", "stable"))),
        List.of(
            new DiskEntry(
                "disk0",
                new DiskGeometry(10L << 30, 512, 4096),
                new UUID(7, 8),
                new MapRoot(new ChunkId(1, 2, 3, 4), 2, 1_310_720_000)),
            new DiskEntry(
                "disk1",
                new DiskGeometry(64L << 40, 4096, 4096),
                new UUID(9, 10),
                new MapRoot(new ChunkId(-1, -2, -3, -4), 15, 0))),
        List.of(new FileEntry("config.xml", 4711, new MapRoot(new ChunkId(5, 6, 7, 8), 0, 4711))),
        new TreeMap<>(Map.of("source", "/dev/vg/web", "empty", "")),
        new IngestStatistics(1, 2, 3, 4, 5));
  }

  /** One that has only what there must be. */
  public static RestorePoint small() {
    return new RestorePoint(
        RestorePointId.parse("0196f3a0-1234-7abc-8def-0123456789ac"),
        Instant.parse("2026-11-21T12:00:00Z"),
        new VmRef("n", new UUID(1, 2), "a", "h"),
        "d",
        Consistency.NONE,
        List.of(
            new DiskEntry(
                "disk0",
                new DiskGeometry(0, 512, 512),
                new UUID(7, 8),
                new MapRoot(new ChunkId(1, 2, 3, 4), 0, 0))),
        List.of(),
        new TreeMap<>(),
        IngestStatistics.NONE);
  }
}
