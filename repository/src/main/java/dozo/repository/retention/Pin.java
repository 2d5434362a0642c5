package dozo.repository.retention;

import dozo.format.manifest.RestorePointId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a restore point whatever a policy says: for good, or until an instant, when it is called a
 * hold. A restore point may have several, each set and taken away on its own.
 *
 * @param id the pin's own id, which names its state file
 * @param restorePoint what is kept
 * @param until when the hold ends; null for a pin without end
 * @param note why, in the words of who set it; at most 1,000 characters and none of them a control
 *     character
 * @param setBy who set it, such as the name of a token; 1 to 255 characters
 * @param set when
 */
public record Pin(
    UUID id,
    RestorePointId restorePoint,
    @Nullable Instant until,
    String note,
    String setBy,
    Instant set) {

  private static final int MOST_NOTE = 1_000;
  private static final int MOST_NAME = 255;

  /** Checks the texts, and that a hold ends after it begins. */
  public Pin {
    if (note.length() > MOST_NOTE || note.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "A pin's note has at most 1,000 characters and no control characters");
    }
    if (setBy.isEmpty()
        || setBy.length() > MOST_NAME
        || setBy.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "Who set a pin is told in 1 to 255 characters, without control characters");
    }
    if (until != null && !until.isAfter(set)) {
      throw new IllegalArgumentException(
          "A hold ends after it is set, at " + set + ", not at " + until);
    }
  }

  /** Whether it keeps its restore point at that instant. */
  public boolean isInForce(Instant now) {
    return until == null || now.isBefore(until);
  }

  @Override
  public String toString() {
    String what = until == null ? "pin" : "hold until " + until;
    return what + " of restore point " + restorePoint;
  }
}
