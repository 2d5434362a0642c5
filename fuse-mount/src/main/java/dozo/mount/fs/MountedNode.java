package dozo.mount.fs;

import java.io.IOException;

/** A place in the tree. */
public sealed interface MountedNode permits MountedDirectory, MountedFile {
  /**
   * Returns the inode number: 2 or more but for the root, which has 1; unique in the tree, and the
   * same for the same node at every mount.
   */
  long inode();

  /**
   * Returns the attributes as they are now.
   *
   * <p>A listing does not ask for them, so finding them out may take a while.
   *
   * @throws IOException if they cannot be had
   */
  NodeAttributes attributes() throws IOException;
}
