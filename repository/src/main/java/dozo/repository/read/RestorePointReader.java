package dozo.repository.read;

import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.FileEntry;
import dozo.format.manifest.MapRoot;
import dozo.format.manifest.RestorePoint;
import dozo.format.map.ChunkMap;
import dozo.repository.index.ChunkLocator;
import dozo.repository.pack.DamagedSegments;
import dozo.repository.pack.PackLibrary;
import dozo.repository.pack.PackTable;
import dozo.repository.work.WorkPool;
import java.util.function.Supplier;

/**
 * Opens the disks and configuration files of restore points.
 *
 * <p>Safe for use by several threads.
 */
public final class RestorePointReader implements AutoCloseable {

  private final ChunkFetcher fetcher;
  private final NodeCache nodes;

  /**
   * Creates a reader.
   *
   * @param report hears of damage
   * @param provers make what proves chunks of the restore points that there are
   * @param nodeBytes how much memory map nodes may take
   */
  public RestorePointReader(
      PackTable packs,
      PackLibrary library,
      ChunkLocator locator,
      DamagedSegments damaged,
      DamageReport report,
      Supplier<IdProver> provers,
      WorkPool pool,
      long nodeBytes) {
    this.fetcher = new ChunkFetcher(packs, library, locator, damaged, report, provers, pool);
    this.nodes = new NodeCache(fetcher, nodeBytes);
  }

  /** Opens a disk of a restore point. */
  public MappedDisk open(RestorePoint point, DiskEntry disk, Runnable onClose) {
    return open(
        disk.map(),
        disk.geometry().sizeBytes(),
        "restore point " + point.id() + ", disk " + disk.name(),
        onClose);
  }

  /** Opens a configuration file of a restore point. */
  public MappedDisk open(RestorePoint point, FileEntry file, Runnable onClose) {
    return open(
        file.map(),
        file.sizeBytes(),
        "restore point " + point.id() + ", file " + file.name(),
        onClose);
  }

  private MappedDisk open(MapRoot root, long sizeBytes, String name, Runnable onClose) {
    return new DiskSource(new ChunkMap(root, sizeBytes, nodes), fetcher, name, onClose);
  }

  /** What brings chunks. */
  public ChunkFetcher fetcher() {
    return fetcher;
  }

  @Override
  public void close() {
    fetcher.close();
  }
}
