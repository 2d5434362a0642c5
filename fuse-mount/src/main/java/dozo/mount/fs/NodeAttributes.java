package dozo.mount.fs;

import java.time.Instant;

/**
 * What {@code stat} shows of a node.
 *
 * @param inode 1 or more, unique in the tree, and the same for the same node at every mount
 * @param sizeBytes the length of a file; 0 for a directory
 * @param allocatedBytes how much of a file is data; the rest are holes
 * @param modified when the content was last changed
 * @param writable whether the file can be opened for writing
 */
public record NodeAttributes(
    long inode, long sizeBytes, long allocatedBytes, Instant modified, boolean writable) {
  /** Rejects values that no file can have. */
  public NodeAttributes {
    if (inode < 1) {
      throw new IllegalArgumentException("inode is " + inode + ", must be 1 or more");
    }
    if (sizeBytes < 0) {
      throw new IllegalArgumentException("sizeBytes is " + sizeBytes + ", must be 0 or more");
    }
    if (allocatedBytes < 0) {
      throw new IllegalArgumentException(
          "allocatedBytes is " + allocatedBytes + ", must be 0 or more");
    }
  }

  /** The attributes of a directory. */
  public static NodeAttributes ofDirectory(long inode, Instant modified) {
    return new NodeAttributes(inode, 0, 0, modified, false);
  }

  /** The attributes of a file that never changes and whose data fill it. */
  public static NodeAttributes ofFile(long inode, long sizeBytes, Instant modified) {
    return new NodeAttributes(inode, sizeBytes, sizeBytes, modified, false);
  }
}
