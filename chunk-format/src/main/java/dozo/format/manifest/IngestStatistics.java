package dozo.format.manifest;

/**
 * What making a restore point cost.
 *
 * @param readBytes bytes that came from the source and were no holes
 * @param newChunks chunks that the repository did not have
 * @param newBytes their plain bytes
 * @param storedBytes what these became in the packs, map nodes included
 * @param milliseconds from the session's begin to its commit
 */
public record IngestStatistics(
    long readBytes, long newChunks, long newBytes, long storedBytes, long milliseconds) {

  /** Nothing yet. */
  public static final IngestStatistics NONE = new IngestStatistics(0, 0, 0, 0, 0);

  /** Checks that nothing is negative. */
  public IngestStatistics {
    if (readBytes < 0 || newChunks < 0 || newBytes < 0 || storedBytes < 0 || milliseconds < 0) {
      throw new IllegalArgumentException("Statistics are never negative");
    }
  }
}
