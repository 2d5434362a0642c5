package dozo.client.source;

import dozo.format.manifest.Consistency;
import dozo.format.manifest.ConsistencyLevel;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What came of freezing a guest through qemu's agent.
 *
 * @param windows whether the guest is Windows, whose agent freezes through VSS
 * @param frozen how many file systems were frozen
 * @param thawed how many of them were still frozen when they were thawed
 * @param reason why less came of it than was wanted; empty if nothing went wrong
 */
public record FreezeOutcome(boolean windows, int frozen, int thawed, String reason) {

  private static final String AGENT = "qemu-guest-agent";
  private static final int MAXIMUM_REASON = 4_000;

  /**
   * The evidence for a restore point.
   *
   * @param asked the level that was asked for
   * @param otherwise what made the checkpoint if nothing was frozen
   * @param begin when the guest stopped writing
   * @param end when it went on
   */
  public Consistency evidence(
      ConsistencyLevel asked, String otherwise, Optional<Instant> begin, Optional<Instant> end) {
    boolean lost = reason.isEmpty() && !windows && thawed < frozen;
    boolean held = frozen > 0 && !lost;
    ConsistencyLevel achieved = ConsistencyLevel.CRASH;
    if (held) {
      achieved = windows ? ConsistencyLevel.APPLICATION : ConsistencyLevel.FILESYSTEM;
    }
    return new Consistency(
        asked,
        achieved,
        held ? AGENT : otherwise,
        achieved.compareTo(asked) < 0 ? why(lost) : "",
        begin,
        end,
        List.of());
  }

  private String why(boolean lost) {
    if (lost) {
      return "the guest thawed "
          + (frozen - thawed)
          + " of "
          + frozen
          + " file systems before the checkpoint was made";
    }
    return reason.isEmpty()
        ? "the guest is not Windows, whose applications alone take part in a freeze"
        : reason.substring(0, Math.min(reason.length(), MAXIMUM_REASON));
  }
}
