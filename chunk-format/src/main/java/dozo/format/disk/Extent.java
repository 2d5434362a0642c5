package dozo.format.disk;

import dozo.format.ChunkId;

/**
 * A run of a disk: one chunk, or one hole.
 *
 * @param offset where it begins, in bytes of the disk
 * @param lengthBytes how long it is, at least 1; for a chunk, the chunk's length
 * @param id the chunk, or {@link #HOLE}
 */
public record Extent(long offset, long lengthBytes, ChunkId id) {

  /** Stands in the place of an id where there is no chunk and the disk reads as zeros. */
  public static final ChunkId HOLE = new ChunkId(0, 0, 0, 0);

  /** Checks the bounds. */
  public Extent {
    if (offset < 0 || lengthBytes < 1 || offset + lengthBytes < 0) {
      throw new IllegalArgumentException(
          "An extent begins at 0 or later and has at least 1 byte; offset "
              + offset
              + ", length "
              + lengthBytes);
    }
  }

  /** Whether this run is a hole. */
  public boolean isHole() {
    return id.equals(HOLE);
  }

  /** The first byte of the disk after this run. */
  public long end() {
    return offset + lengthBytes;
  }
}
