package dozo.format.manifest;

import dozo.format.ChunkId;
import dozo.format.Limits;

/**
 * Where a chunk map begins.
 *
 * @param root the root node's id
 * @param level the root node's level; 0 is a leaf
 * @param dataBytes the bytes of the disk that are not holes
 */
public record MapRoot(ChunkId root, int level, long dataBytes) {

  /** The highest level that a root can have. */
  public static final int MAXIMUM_LEVEL = Limits.NODE_LEVEL;

  /** Checks the bounds. */
  public MapRoot {
    if (level < 0 || level > MAXIMUM_LEVEL) {
      throw new IllegalArgumentException("A map's level is 0 to 15, not " + level);
    }
    if (dataBytes < 0) {
      throw new IllegalArgumentException("A map's data has no negative size: " + dataBytes);
    }
  }
}
