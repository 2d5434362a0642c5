package dozo.mount.overlay;

import dozo.format.manifest.RestorePointId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** A disk's overlay on a simulated disk. */
final class SimulatedOverlay {
  static final Path DIRECTORY = Path.of("/overlay");
  static final Path MAP = DIRECTORY.resolve("disk0.map");
  static final Path DATA = DIRECTORY.resolve("disk0.data");
  static final long LIMIT = 1 << 30;

  private SimulatedOverlay() {}

  static OverlayHeader header(long imageBytes) {
    return new OverlayHeader(
        new UUID(1, 2),
        new RestorePointId(new UUID(0x0196f3a0_1234_7000L, 1L << 63)),
        Face.RAW,
        imageBytes,
        "ab".repeat(32),
        new UUID(3, 4),
        0,
        0,
        Instant.EPOCH,
        "disk0",
        "web");
  }

  static void create(SimulatedFiles files, BaseImage base) throws IOException {
    try (MapJournal map = MapJournal.create(files, MAP, header(base.sizeBytes()));
        BlockFile data = files.create(DATA)) {
      map.append(base.sizeBytes(), base.sizeBytes(), List.of());
      data.sync();
    }
    files.syncDirectory(DIRECTORY);
  }

  static DiskOverlay open(SimulatedFiles files, BaseImage base) throws IOException {
    return open(files, base, new SpaceLimit(LIMIT));
  }

  static DiskOverlay open(SimulatedFiles files, BaseImage base, SpaceLimit space)
      throws IOException {
    return DiskOverlay.open(base, files.open(DATA), MapStore.open(files, MAP), space);
  }

  static byte[] content(DiskOverlay disk) throws IOException {
    ByteBuffer content = ByteBuffer.allocate((int) disk.sizeBytes());
    disk.read(0, content);
    return content.array();
  }
}
