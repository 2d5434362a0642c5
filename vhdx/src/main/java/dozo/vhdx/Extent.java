package dozo.vhdx;

/**
 * A run of bytes of one kind.
 *
 * @param offset where it begins, not negative
 * @param length how long it is in bytes, at least 1
 * @param kind what a reader finds there
 */
public record Extent(long offset, long length, Kind kind) {

  /** What a reader finds in a run. */
  public enum Kind {
    /** Bytes that have to be read; they may be anything, zeros included. */
    DATA,
    /** Nothing but zeros. */
    ZERO
  }

  /** Checks that the run is not empty and ends within 63 bits. */
  public Extent {
    if (offset < 0 || length <= 0 || length > Long.MAX_VALUE - offset) {
      throw new IllegalArgumentException("no extent at %d of length %d".formatted(offset, length));
    }
  }

  /** The offset just behind the run. */
  public long end() {
    return offset + length;
  }
}
