package dozo.client;

import java.time.Duration;

/**
 * How long a backup waits for a server that was lost. Each pause is twice the one before.
 *
 * @param tries how often to try again without any success in between, at least 0
 * @param firstPause before the first of them
 * @param longestPause before any of them
 */
public record RetryPolicy(int tries, Duration firstPause, Duration longestPause) {

  /** Some five minutes: enough for a server that is started anew or a network that is rewired. */
  public static final RetryPolicy USUAL =
      new RetryPolicy(14, Duration.ofMillis(500), Duration.ofSeconds(30));

  /** How often a server is tried that has not answered once: it may well be the wrong one. */
  private static final int TRIES_AT_FIRST = 2;

  /** Checks the bounds. */
  public RetryPolicy {
    if (tries < 0 || firstPause.isNegative() || longestPause.compareTo(firstPause) < 0) {
      throw new IllegalArgumentException(
          "Tries and pauses are not negative, and the longest pause is no shorter than the first");
    }
  }

  /** Whether to try again after so many failures in a row. */
  boolean allows(int failures, boolean everConnected) {
    return failures <= (everConnected ? tries : Math.min(tries, TRIES_AT_FIRST));
  }

  /** The pause after so many failures in a row, at least 1. */
  Duration pause(int failures) {
    Duration pause = firstPause.multipliedBy(1L << Math.min(failures - 1, 20));
    return pause.compareTo(longestPause) < 0 ? pause : longestPause;
  }
}
