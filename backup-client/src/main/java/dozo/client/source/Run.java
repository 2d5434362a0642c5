package dozo.client.source;

/**
 * A stretch of a disk that is of one kind.
 *
 * @param offset where it begins in the disk, in bytes
 * @param lengthBytes how long it is, at least 1
 * @param zero whether it is known to read as zeros without reading it; a run that is not may still
 *     hold nothing but zeros
 */
public record Run(long offset, long lengthBytes, boolean zero) {

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

  static Run data(long offset, long end) {
    return new Run(offset, end - offset, false);
  }

  static Run zero(long offset, long end) {
    return new Run(offset, end - offset, true);
  }
}
