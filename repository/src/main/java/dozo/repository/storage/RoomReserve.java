package dozo.repository.storage;

/**
 * How much of a file system backups leave free, so that reading, pruning and sweeping still work
 * when it fills up: a share of it, no less than a number of bytes, but no more than a larger share,
 * so that a small file system is not all reserve.
 *
 * @param percent the share, 0 to 100
 * @param leastBytes no less than this, unless the file system is small
 * @param mostPercent no more than this share, {@code percent} to 100
 */
public record RoomReserve(double percent, long leastBytes, double mostPercent) {

  /** 2 %, at least 2 GiB, at most 10 %. */
  public static final RoomReserve STANDARD = new RoomReserve(2, 2L << 30, 10);

  /** Nothing is kept free. */
  public static final RoomReserve NONE = new RoomReserve(0, 0, 0);

  /** Checks the bounds. */
  public RoomReserve {
    if (!(percent >= 0 && percent <= mostPercent && mostPercent <= 100) || leastBytes < 0) {
      throw new IllegalArgumentException(
          "A reserve is a share of 0 to 100 percent, no larger than its bound, and no negative"
              + " number of bytes");
    }
  }

  /** The reserve on a file system of that size. */
  public long bytes(long totalBytes) {
    long wanted = Math.max((long) (totalBytes / 100.0 * percent), leastBytes);
    return Math.min(wanted, (long) (totalBytes / 100.0 * mostPercent));
  }
}
