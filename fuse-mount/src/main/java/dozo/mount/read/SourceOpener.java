package dozo.mount.read;

import dozo.format.disk.ChunkSource;
import java.io.IOException;

/** Opens a disk, each time anew. May be called by several threads at once. */
@FunctionalInterface
public interface SourceOpener {
  /**
   * Opens the disk. The caller closes it.
   *
   * @throws IOException if it cannot be opened
   */
  ChunkSource open() throws IOException;
}
