package dozo.client;

import dozo.protocol.client.RemoteChunks;

/**
 * Finds out, with the first megabytes of a disk and with each stretch of that length after them,
 * whether deduplicating at the source is worth it.
 *
 * <p>It saves nearly everything where the VM had the data before, and the link where that is what
 * everybody waits for. Otherwise it costs the client's processor, and the server's, for nothing:
 * also where chunks have to be proved, which the server reads for that.
 *
 * <p>Safe for use by the thread that cuts and the one that hears the answers.
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

  private Transfer choice = Transfer.SOURCE;

  /** How much more than what was judged may be cut: it goes as chunks, whatever is chosen. */
  private long aheadBytes;

  private long judgedInAllBytes;
  private boolean isAbandoned;

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
  synchronized void judged(long bytes, long taken, long nanos) {
    judgedInAllBytes += bytes;
    judgedBytes += bytes;
    takenBytes += taken;
    fastestNanos = Math.min(fastestNanos, nanos);
    backlogBytes = Math.max(backlogBytes, chunks.backlogBytes());
    if (judgedBytes >= TRIAL_BYTES) {
      choose();
    }
    notifyAll();
  }

  private void choose() {
    boolean isTaken = takenBytes * 100 >= judgedBytes * ENOUGH_TAKEN;
    boolean isSlow =
        !chunks.isSameHost() && (backlogBytes >= BACKLOG_BYTES || fastestNanos >= DISTANT_NANOS);
    choice = isTaken || isSlow ? Transfer.SOURCE : Transfer.STREAM;
    // On a distant link much has to be under way.
    aheadBytes = isSlow ? Long.MAX_VALUE / 2 : TRIAL_BYTES;
    judgedBytes = 0;
    takenBytes = 0;
    backlogBytes = 0;
    fastestNanos = Long.MAX_VALUE;
  }

  /** What suits best, as far as was seen. */
  synchronized Transfer choice() {
    return choice;
  }

  /** Waits until more may be cut than so much, or nothing more is to be. */
  synchronized void await(long cutBytes) throws InterruptedException {
    while (choice == Transfer.SOURCE
        && !isAbandoned
        && cutBytes >= Math.max(TRIAL_BYTES, judgedInAllBytes + aheadBytes)) {
      wait();
    }
  }

  /** Nobody waits any more: the backup has failed. */
  synchronized void abandon() {
    isAbandoned = true;
    notifyAll();
  }
}
