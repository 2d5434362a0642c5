package dozo.mount.fs;

/**
 * How much a file system holds and could still take.
 *
 * @param totalBytes what is used and what is free together
 * @param freeBytes 0 for a file system that takes no writes
 * @param nodes how many files and directories there are
 */
public record FileSystemSpace(long totalBytes, long freeBytes, long nodes) {
  /** Rejects negative sizes and more free space than there is. */
  public FileSystemSpace {
    if (freeBytes < 0 || totalBytes < freeBytes) {
      throw new IllegalArgumentException(
          "freeBytes is " + freeBytes + ", allowed are 0 to " + totalBytes);
    }
    if (nodes < 0) {
      throw new IllegalArgumentException("nodes is " + nodes + ", must be 0 or more");
    }
  }
}
