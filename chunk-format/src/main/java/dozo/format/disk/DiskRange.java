package dozo.format.disk;

/**
 * A stretch of a disk.
 *
 * @param offset where it begins, in bytes of the disk
 * @param lengthBytes how long it is, at least 1
 */
public record DiskRange(long offset, long lengthBytes) {

  /** Checks the bounds. */
  public DiskRange {
    if (offset < 0 || lengthBytes < 1 || offset + lengthBytes < 0) {
      throw new IllegalArgumentException(
          "No disk has a range of " + lengthBytes + " bytes at " + offset);
    }
  }

  /** The first byte of the disk after this range. */
  public long end() {
    return offset + lengthBytes;
  }
}
