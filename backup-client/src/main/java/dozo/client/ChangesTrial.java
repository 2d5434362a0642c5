package dozo.client;

/**
 * Finds out whether what changed on a disk should be cut and hashed here, and sent compressed,
 * since the link is slow. What the session takes without waiting says nothing of the link; what
 * comes after does.
 */
final class ChangesTrial {

  /** As much as a server gives a session credit for. */
  static final long FREE_BYTES = 32L << 20;

  static final long TRIAL_BYTES = 16L << 20;

  /** Some 250 Mbit/s. Above it the bytes that are saved are not worth the work. */
  static final long SLOW_BYTES_A_SECOND = 30_000_000;

  private static final double NANOS = 1e9;

  private long bytes;
  private long waitedNanos;

  /**
   * Notes that something was sent.
   *
   * @param count how many bytes
   * @param nanos how long that, and the network's taking what went before, was waited for
   */
  void sent(long count, long nanos) {
    bytes += count;
    if (bytes > FREE_BYTES) {
      waitedNanos += nanos;
    }
  }

  /** Whether enough was sent to tell, and it went slowly. */
  boolean isSlow() {
    long measured = bytes - FREE_BYTES;
    return measured >= TRIAL_BYTES && measured < waitedNanos / NANOS * SLOW_BYTES_A_SECOND;
  }
}
