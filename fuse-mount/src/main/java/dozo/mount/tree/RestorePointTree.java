package dozo.mount.tree;

import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.RestorePoint;
import dozo.mount.fs.FileSystemSpace;
import dozo.mount.fs.MountedDirectory;
import dozo.mount.fs.MountedFileSystem;
import dozo.mount.read.ReadCache;
import dozo.mount.trace.TracedDisk;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/**
 * Restore points as a file system that is only read.
 *
 * <p>Safe for use by many threads. What it opened is closed when the files are, which the end of a
 * mount sees to.
 */
public final class RestorePointTree implements MountedFileSystem {
  private final MountedDirectory root;
  private final ShownPoints shown;
  private final ShownFaces faces;

  /** Tells which restore points there are. */
  @FunctionalInterface
  private interface ShownPoints {
    Collection<RestorePoint> now();
  }

  private RestorePointTree(MountedDirectory root, ShownPoints shown, ShownFaces faces) {
    this.root = root;
    this.shown = shown;
    this.faces = faces;
  }

  /**
   * Shows one restore point: its disks lie in the mount point itself. What an earlier boot read of
   * them is read ahead from now on.
   *
   * @throws IllegalArgumentException if a disk does not fit one of the formats
   */
  public static RestorePointTree ofOne(
      RestorePoint point, RestorePoints points, ShownFaces faces, ReadCache cache) {
    for (DiskEntry disk : point.disks()) {
      if (disk.geometry().sizeBytes() > 0) {
        faces.formats().forEach(format -> format.require(disk));
      }
    }
    for (DiskEntry disk : point.disks()) {
      cache.prefetch(TracedDisk.of(point, disk), () -> points.openDisk(point.id(), disk.name()));
    }
    MountedDirectory root =
        new RestorePointDirectories(points, faces, cache).of(point, Inodes.ROOT);
    return new RestorePointTree(root, () -> List.of(point), faces);
  }

  /**
   * Shows all restore points, each in a directory of its own. What comes and goes later is shown
   * when it is looked for. A disk that does not fit a format is shown in the others.
   *
   * @throws IOException if they cannot be listed
   */
  public static RestorePointTree ofAll(RestorePoints points, ShownFaces faces, ReadCache cache)
      throws IOException {
    RestorePointsDirectory root =
        new RestorePointsDirectory(points, new RestorePointDirectories(points, faces, cache));
    root.refresh();
    return new RestorePointTree(root, root::known, faces);
  }

  @Override
  public MountedDirectory root() {
    return root;
  }

  @Override
  public FileSystemSpace space() {
    Collection<RestorePoint> points = shown.now();
    long bytes = 0;
    long nodes = 1;
    for (RestorePoint point : points) {
      for (DiskEntry disk : point.disks()) {
        bytes += disk.geometry().sizeBytes();
      }
      nodes += 3 + (long) faces.formats().size() * point.disks().size() + point.files().size();
    }
    return new FileSystemSpace(bytes, 0, nodes);
  }
}
