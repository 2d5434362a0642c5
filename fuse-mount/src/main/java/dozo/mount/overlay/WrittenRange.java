package dozo.mount.overlay;

/**
 * A range of an image that was written to, or may have been: whole blocks but at the image's end.
 *
 * @param offset where it begins
 * @param end the offset just behind it
 */
public record WrittenRange(long offset, long end) {
  /** Checks that it is not empty. */
  public WrittenRange {
    if (offset < 0 || end <= offset) {
      throw new IllegalArgumentException("no range from " + offset + " to " + end);
    }
  }
}
