package dozo.mount.fs;

import java.time.Instant;

/**
 * What {@code stat} shows of a node.
 *
 * @param sizeBytes the length of a file; 0 for a directory
 * @param allocatedBytes how much of a file is data; the rest are holes
 * @param modified when the content was last changed
 * @param writable whether the file can be opened for writing
 */
public record NodeAttributes(
    long sizeBytes, long allocatedBytes, Instant modified, boolean writable) {
  /** Rejects values that no file can have. */
  public NodeAttributes {
    if (sizeBytes < 0) {
      throw new IllegalArgumentException("sizeBytes is " + sizeBytes + ", must be 0 or more");
    }
    if (allocatedBytes < 0) {
      throw new IllegalArgumentException(
          "allocatedBytes is " + allocatedBytes + ", must be 0 or more");
    }
  }

  /** The attributes of a directory. */
  public static NodeAttributes ofDirectory(Instant modified) {
    return new NodeAttributes(0, 0, modified, false);
  }

  /** The attributes of a file that never changes and whose data fill it. */
  public static NodeAttributes ofFile(long sizeBytes, Instant modified) {
    return new NodeAttributes(sizeBytes, sizeBytes, modified, false);
  }
}
