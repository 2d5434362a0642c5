package dozo.mount.tree;

import dozo.mount.fs.FileSystemSpace;
import dozo.mount.fs.MountedDirectory;
import dozo.mount.fs.MountedFileSystem;
import dozo.mount.read.ReadCache;
import java.io.IOException;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An overlaid restore point as a file system: each disk as one file that is written to, and its
 * configuration as it was.
 *
 * <p>Safe for use by many threads.
 */
public final class WritableTree implements MountedFileSystem {
  private static final Logger log = LoggerFactory.getLogger(WritableTree.class);

  private final OverlaidPoint point;
  private final MountedDirectory root;

  /** Makes the tree. The point stays the caller's to close, after the mount. */
  public WritableTree(OverlaidPoint point, RestorePoints points, ReadCache cache) {
    this.point = point;
    this.root =
        new RestorePointDirectories(points, ShownFaces.USUAL, cache).of(point, Clock.systemUTC());
  }

  @Override
  public MountedDirectory root() {
    return root;
  }

  @Override
  public FileSystemSpace space() {
    long bytes = 0;
    for (OverlaidDisk disk : point.disks()) {
      bytes += disk.overlay().sizeBytes();
    }
    long free = 0;
    try {
      free = point.overlay().freeBytes();
    } catch (IOException e) {
      log.warn("cannot tell how much room there is overlay={}", point.overlay().summary(), e);
    }
    return new FileSystemSpace(
        bytes + free, free, 3 + point.disks().size() + (long) point.point().files().size());
  }
}
