package dozo.client;

import dozo.protocol.client.RemoteChunks;

/**
 * Finds out, with the first megabytes of a disk, whether deduplicating at the source is worth it.
 *
 * <p>It saves nearly everything where the server knows the data, and the link where that is what
 * everybody waits for. Otherwise it costs the client's processor, and some of the server's, for
 * nothing. Used by one thread.
 */
final class TransferTrial {

  /** So many bytes of chunks are judged by the server before the way is chosen. */
  static final long TRIAL_BYTES = 32 << 20;

  /** The share of known data, in hundredths, from which sending it all costs more. */
  private static final int ENOUGH_KNOWN = 67;

  /** A link that lets so much wait is slower than what is put on it. */
  private static final long BACKLOG_BYTES = 1 << 20;

  /** From here on an answer comes from far away. */
  private static final long DISTANT_NANOS = 20_000_000;

  private final RemoteChunks chunks;
  private long knownBytes;
  private long judgedBytes;
  private long backlogBytes;
  private long fastestNanos = Long.MAX_VALUE;

  TransferTrial(RemoteChunks chunks) {
    this.chunks = chunks;
  }

  /** A batch was judged so long after it had been announced. */
  void judged(long bytes, long known, long nanos) {
    judgedBytes += bytes;
    knownBytes += known;
    fastestNanos = Math.min(fastestNanos, nanos);
    backlogBytes = Math.max(backlogBytes, chunks.backlogBytes());
  }

  /** Whether enough has been seen. */
  boolean isOver() {
    return judgedBytes >= TRIAL_BYTES;
  }

  /** What suits best. */
  Transfer choice() {
    boolean isKnown = knownBytes * 100 >= judgedBytes * ENOUGH_KNOWN;
    boolean isSlow =
        !chunks.isSameHost() && (backlogBytes >= BACKLOG_BYTES || fastestNanos >= DISTANT_NANOS);
    return isKnown || isSlow ? Transfer.SOURCE : Transfer.STREAM;
  }
}
