package dozo.mount.read;

/**
 * How much memory and how many threads reading may take.
 *
 * @param chunkBytes the bound of the decoded chunks that are kept
 * @param extentBytes the bound of the chunk maps' parts that are kept
 * @param readAheadBytes how far a sequential reader is run ahead of; 0 for not at all
 * @param readAheadThreads how many threads run ahead, 1 to {@value #MAX_READ_AHEAD_THREADS}
 */
public record ReadCacheOptions(
    long chunkBytes, long extentBytes, int readAheadBytes, int readAheadThreads) {
  /** More would only take the cores from the readers. */
  public static final int MAX_READ_AHEAD_THREADS = 64;

  /** A chunk has to fit in, or nothing is ever found. */
  public static final long MIN_CHUNK_BYTES = 8 << 20;

  /** What a process with a heap of 512 MiB can spare. */
  public static final ReadCacheOptions DEFAULT =
      new ReadCacheOptions(192 << 20, 32 << 20, 16 << 20, 4);

  /** Checks the bounds. */
  public ReadCacheOptions {
    if (chunkBytes < MIN_CHUNK_BYTES) {
      throw new IllegalArgumentException(
          "chunkBytes is " + chunkBytes + ", must be " + MIN_CHUNK_BYTES + " or more");
    }
    if (extentBytes < 0) {
      throw new IllegalArgumentException("extentBytes is " + extentBytes + ", must be 0 or more");
    }
    if (readAheadBytes < 0 || readAheadBytes > chunkBytes) {
      throw new IllegalArgumentException(
          "readAheadBytes is " + readAheadBytes + ", allowed are 0 to " + chunkBytes);
    }
    if (readAheadThreads < 1 || readAheadThreads > MAX_READ_AHEAD_THREADS) {
      throw new IllegalArgumentException(
          "readAheadThreads is "
              + readAheadThreads
              + ", allowed are 1 to "
              + MAX_READ_AHEAD_THREADS);
    }
  }
}
