package dozo.client.source;

import java.time.Duration;

/**
 * How long a guest may be kept waiting.
 *
 * @param answer how long the agent has to show that it is there
 * @param freeze how long the guest may take to write out what it holds and to freeze
 * @param frozen how long it may then stay frozen; past it the checkpoint is given up
 * @param hard how long until the watchdog takes over from a backup that hangs
 */
public record FreezeLimits(Duration answer, Duration freeze, Duration frozen, Duration hard) {

  /** What suits most guests; a freeze takes a tenth of a second. */
  public static final FreezeLimits USUAL =
      new FreezeLimits(
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(5),
          Duration.ofSeconds(8));

  /** Checks that the last resort comes last. */
  public FreezeLimits {
    if (hard.compareTo(frozen) <= 0) {
      throw new IllegalArgumentException(
          "The hard limit comes after the other: " + hard + ", " + frozen);
    }
  }
}
