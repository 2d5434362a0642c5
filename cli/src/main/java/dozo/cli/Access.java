package dozo.cli;

import dozo.format.ChunkHasher;
import dozo.format.disk.DiskRange;
import dozo.format.manifest.RestorePoint;
import dozo.mount.tree.RestorePoints;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Restore points to list and read, wherever they are. */
sealed interface Access extends RestorePoints, AutoCloseable permits ServerAccess, DirectoryAccess {

  /** Where they are, for people. */
  String place();

  /** The directory that they are in, if they are in one of this machine. */
  Optional<Path> directory();

  /** All restore points that may be seen, by ascending id. */
  @Override
  List<RestorePoint> list() throws IOException;

  /** What makes hashers that name chunks as those of a restore point's disks are named. */
  Supplier<ChunkHasher> chunkHashers(RestorePoint point) throws IOException;

  /**
   * Where a disk differs from the one of the same name in another restore point, in order. What is
   * equal costs nothing.
   */
  List<DiskRange> changes(RestorePoint base, RestorePoint point, String disk) throws IOException;

  /** Makes whoever waits for a server fail soon; it cannot be used afterwards. */
  void giveUp();

  /** Lets go of the server or directory. Whatever was opened is closed before. */
  @Override
  void close() throws IOException;
}
