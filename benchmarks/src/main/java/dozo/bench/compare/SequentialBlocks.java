package dozo.bench.compare;

import dozo.bench.mount.ZeroTree;
import dozo.format.disk.ChunkSource;
import dozo.format.disk.Extent;
import dozo.format.key.KeyFile;
import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.RestorePoint;
import dozo.mount.fuse.FuseMount;
import dozo.mount.fuse.MountOptions;
import dozo.repository.Repository;
import dozo.repository.RepositoryOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The blocks that a sequential read through a mount is built of, each by itself: opening the chunks
 * of a disk in this process, on all cores, and taking bytes that cost nothing through the kernel.
 */
final class SequentialBlocks {

  private static final int CHUNKS_AT_A_TIME = 512;

  private final Workbench bench;
  private final Duration time;

  SequentialBlocks(Workbench bench, Duration time) {
    this.bench = bench;
    this.time = time;
  }

  /**
   * Measures both.
   *
   * @param repository that no server has open
   * @return how many bytes a second both take, one after the other
   */
  double bytesPerSecond(Path repository, Path key, long diskBytes) throws IOException {
    double chunks = chunksBytesPerSecond(repository, key, diskBytes);
    double kernel = kernelBytesPerSecond();
    return 1 / (1 / chunks + 1 / kernel);
  }

  private static double chunksBytesPerSecond(Path repository, Path key, long diskBytes)
      throws IOException {
    try (KeyFile secret = KeyFile.of(Files.readAllBytes(key));
        Repository open =
            Repository.openReadOnly(repository, secret, RepositoryOptions.standard())) {
      for (RestorePoint point : open.restorePoints()) {
        DiskEntry disk = point.disks().getFirst();
        if (disk.geometry().sizeBytes() == diskBytes) {
          // The first pass is for the compiler.
          fetch(open, point, disk);
          return fetch(open, point, disk);
        }
      }
    }
    throw new IOException("The repository has no disk of " + diskBytes + " bytes");
  }

  private static double fetch(Repository repository, RestorePoint point, DiskEntry disk)
      throws IOException {
    long begin = System.nanoTime();
    long bytes = 0;
    try (ChunkSource source = repository.openDisk(point.id(), disk.name())) {
      while (bytes < source.sizeBytes()) {
        List<Extent> extents = source.extents(bytes, CHUNKS_AT_A_TIME);
        bytes = extents.getLast().end();
        source.fetch(
            extents.stream().filter(extent -> !extent.isHole()).toList(), (index, plain) -> {});
      }
    }
    return bytes / ((System.nanoTime() - begin) / 1e9);
  }

  private double kernelBytesPerSecond() throws IOException {
    Path point = bench.mountPoint("zeros");
    try (FuseMount mount = FuseMount.open(point, new ZeroTree(), MountOptions.of("bench"))) {
      Path file = mount.mountPoint().resolve(ZeroTree.NAME);
      return new Fio(bench)
          .run(Fio.Load.sequential(ZeroTree.SIZE_BYTES), file, time)
          .bytesPerSecond();
    }
  }
}
