package dozo.mount.partition;

/**
 * A range of a disk that its partition table names.
 *
 * @param number the number by which Linux knows it, from 1; {@link #WHOLE_DISK} if it is the disk
 *     itself, which has no table
 * @param offset where it begins, in bytes of the disk
 * @param lengthBytes how long it is; it lies within the disk
 * @param type what its table says that it is for, such as {@code Linux}
 * @param name what its table calls it; empty if it has none
 */
public record Partition(int number, long offset, long lengthBytes, String type, String name) {

  /** The number of what is no partition but a whole disk. */
  public static final int WHOLE_DISK = 0;

  /** Checks the bounds. */
  public Partition {
    if (number < 0 || offset < 0 || lengthBytes < 0 || offset + lengthBytes < 0) {
      throw new IllegalArgumentException(
          "No partition: number " + number + ", offset " + offset + ", length " + lengthBytes);
    }
  }

  /** The first byte of the disk after it. */
  public long end() {
    return offset + lengthBytes;
  }

  boolean overlaps(Partition other) {
    return offset < other.end() && other.offset < end();
  }
}
