package dozo.mount.tree;

import dozo.format.disk.ChunkSource;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import java.io.IOException;
import java.util.List;

/** Where restore points come from. May be called from several threads at once, and may block. */
public interface RestorePoints {
  /**
   * Lists what is to be shown. It may grow and shrink while it is mounted.
   *
   * @throws IOException if it cannot be told
   */
  List<RestorePoint> list() throws IOException;

  /**
   * Opens a disk. The caller closes it.
   *
   * @throws IOException if it cannot be opened
   */
  ChunkSource openDisk(RestorePointId point, String disk) throws IOException;

  /**
   * Opens a configuration file. The caller closes it.
   *
   * @throws IOException if it cannot be opened
   */
  ChunkSource openFile(RestorePointId point, String file) throws IOException;
}
