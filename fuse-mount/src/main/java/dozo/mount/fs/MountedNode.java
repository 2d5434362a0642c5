package dozo.mount.fs;

import java.io.IOException;

/** A place in the tree. */
public sealed interface MountedNode permits MountedDirectory, MountedFile {
  /**
   * Returns the attributes as they are now.
   *
   * @throws IOException if they cannot be had
   */
  NodeAttributes attributes() throws IOException;
}
