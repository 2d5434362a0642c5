package dozo.client;

import dozo.protocol.client.RemoteChunks;

/**
 * Finds out, with the first megabytes of a disk and with each stretch of that length after them,
 * whether deduplicating at the source is worth it.
 *
 * <p>It saves nearly everything where the VM had the data before, and the link where that is what
 * everybody waits for. Otherwise it costs the client's processor, and the server's, for nothing:
 * also where chunks have to be proved, which the server reads for that. Used by one thread.
 */
final class TransferTrial {

  /** So many bytes of chunks are judged by the server each time before the way is chosen. */
  static final long TRIAL_BYTES = 32 << 20;

  /** The share of data taken at once, in hundredths, from which sending it all costs more. */
  private static final int ENOUGH_TAKEN = 67;

  /** A link that lets so much wait is slower than what is put on it. */
  private static final long BACKLOG_BYTES = 1 << 20;

  /** From here on an answer comes from far away. */
  private static final long DISTANT_NANOS = 20_000_000;

  private final RemoteChunks chunks;
  private long takenBytes;
  private long judgedBytes;
  private long backlogBytes;
  private long fastestNanos = Long.MAX_VALUE;

  TransferTrial(RemoteChunks chunks) {
    this.chunks = chunks;
  }

  /**
   * A batch was judged.
   *
   * @param bytes the length of its chunks
   * @param taken the length of those that need be neither sent nor proved
   * @param nanos how long after it had been announced
   */
  void judged(long bytes, long taken, long nanos) {
    judgedBytes += bytes;
    takenBytes += taken;
    fastestNanos = Math.min(fastestNanos, nanos);
    backlogBytes = Math.max(backlogBytes, chunks.backlogBytes());
  }

  /** Whether enough has been seen. */
  boolean isOver() {
    return judgedBytes >= TRIAL_BYTES;
  }

  /** What suits best. */
  Transfer choice() {
    boolean isTaken = takenBytes * 100 >= judgedBytes * ENOUGH_TAKEN;
    boolean isSlow =
        !chunks.isSameHost() && (backlogBytes >= BACKLOG_BYTES || fastestNanos >= DISTANT_NANOS);
    return isTaken || isSlow ? Transfer.SOURCE : Transfer.STREAM;
  }

  /** Begins with the next stretch. */
  void again() {
    judgedBytes = 0;
    takenBytes = 0;
    backlogBytes = 0;
    fastestNanos = Long.MAX_VALUE;
  }
}
