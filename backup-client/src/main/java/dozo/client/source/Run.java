package dozo.client.source;

/**
 * A stretch of a disk that is of one kind.
 *
 * @param offset where it begins in the disk, in bytes
 * @param lengthBytes how long it is, at least 1
 * @param kind what is known of it without reading it
 */
public record Run(long offset, long lengthBytes, Kind kind) {

  /** What is known of a stretch. */
  public enum Kind {
    /** Nothing; it may still hold nothing but zeros. */
    DATA,
    /** It reads as zeros. */
    ZERO,
    /** It is as in the base. */
    KEPT,
    /** It is as in the base, and is read all the same, to be compared. */
    CHECKED
  }

  /** Checks that the run is somewhere and is not empty. */
  public Run {
    if (offset < 0 || lengthBytes < 1) {
      throw new IllegalArgumentException(
          "A run begins at 0 or later and has at least 1 byte, not offset "
              + offset
              + ", length "
              + lengthBytes);
    }
  }

  /** Whether it reads as zeros. */
  public boolean zero() {
    return kind == Kind.ZERO;
  }

  /** Whether it has to be read. */
  public boolean isRead() {
    return kind == Kind.DATA || kind == Kind.CHECKED;
  }

  /** The part of the run that ends at a disk offset or before it. */
  public Run upTo(long end) {
    return new Run(offset, Math.min(lengthBytes, end - offset), kind);
  }

  static Run data(long offset, long end) {
    return new Run(offset, end - offset, Kind.DATA);
  }

  static Run zero(long offset, long end) {
    return new Run(offset, end - offset, Kind.ZERO);
  }
}
