package dozo.server.approval;

import java.time.Duration;
import java.util.Optional;

/**
 * What destructive requests wait for.
 *
 * @param delay after which they are done unless somebody rejects them; empty if time alone does not
 *     suffice
 * @param approval whether a second admin can have them done
 */
public record Protection(Optional<Duration> delay, boolean approval) {

  /** Nothing waits. */
  public static final Protection NONE = new Protection(Optional.empty(), false);

  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofDays(366);

  /** Checks the bounds. */
  public Protection {
    if (delay.isPresent()
        && (delay.get().compareTo(SHORTEST) < 0 || delay.get().compareTo(LONGEST) > 0)) {
      throw new IllegalArgumentException(
          "What is destructive waits for 1 minute to 366 days, not for " + delay.get());
    }
  }

  /** Whether anything waits. */
  public boolean isOn() {
    return approval || delay.isPresent();
  }
}
