package dozo.repository.verify;

import java.util.UUID;

/**
 * A pack that is not as it was written.
 *
 * @param id the pack
 * @param condition what is still to be had from it
 * @param ranges how many ranges of it are damaged, or 0 if that cannot be told
 * @param bytes how long these are together
 * @param reason what was noticed first
 */
public record DamagedPack(UUID id, Condition condition, int ranges, long bytes, String reason) {

  /** What is still to be had from a damaged pack. */
  public enum Condition {
    /** Everything: what is damaged is computed from parity. */
    REPAIRABLE,
    /** Some of its segments, or all of them. */
    PARTLY_READABLE,
    /** Nothing. */
    LOST
  }
}
