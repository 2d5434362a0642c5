package dozo.format.manifest;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The evidence of how consistent a restore point is.
 *
 * @param asked the level that the backup job asked for
 * @param achieved the level that the checkpoint had
 * @param mechanism what made the checkpoint, such as {@code none}, {@code qemu-guest-agent} or
 *     {@code vss}
 * @param reason why less was achieved than asked; empty if nothing was lost
 * @param frozenAt when the guest stopped writing, by the host's clock
 * @param thawedAt when it went on
 * @param writers the applications that took part, 1,000 at the most
 */
public record Consistency(
    ConsistencyLevel asked,
    ConsistencyLevel achieved,
    String mechanism,
    String reason,
    Optional<Instant> frozenAt,
    Optional<Instant> thawedAt,
    List<Writer> writers) {

  private static final int MAXIMUM_WRITERS = 1_000;
  private static final int MAXIMUM_REASON = 4_096;

  /** A restore point of a disk that nobody froze. */
  public static final Consistency NONE =
      new Consistency(
          ConsistencyLevel.CRASH,
          ConsistencyLevel.CRASH,
          "none",
          "",
          Optional.empty(),
          Optional.empty(),
          List.of());

  /** Checks the bounds. */
  public Consistency {
    Names.check("mechanism", mechanism);
    if (reason.length() > MAXIMUM_REASON) {
      throw new IllegalArgumentException("A reason has at most " + MAXIMUM_REASON + " characters");
    }
    Names.checkUnicode("reason", reason);
    if (writers.size() > MAXIMUM_WRITERS) {
      throw new IllegalArgumentException("There are at most " + MAXIMUM_WRITERS + " writers");
    }
    writers = List.copyOf(writers);
  }

  /**
   * An application in the guest that took part in the freeze.
   *
   * @param name its name, as VSS tells it
   * @param state its state after the snapshot, as VSS tells it
   */
  public record Writer(String name, String state) {

    /** Checks the texts. */
    public Writer {
      Names.check("writer's name", name);
      Names.check("writer's state", state);
    }
  }
}
