package dozo.repository.retention;

import dozo.format.manifest.RestorePointId;
import java.time.Instant;
import java.util.List;

/**
 * What deciding about a restore point needs to know of it.
 *
 * @param id the restore point
 * @param created when it was committed, by the server's clock
 * @param verification what is known of its data
 * @param inUse whether a reader has it open
 * @param pins what keeps it whatever a policy says, whether still in force or not
 */
public record RetentionCandidate(
    RestorePointId id, Instant created, Verification verification, boolean inUse, List<Pin> pins) {

  /** Keeps a copy, and checks that the pins are this restore point's. */
  public RetentionCandidate {
    pins = List.copyOf(pins);
    for (Pin pin : pins) {
      if (!pin.restorePoint().equals(id)) {
        throw new IllegalArgumentException("Restore point " + id + " got the " + pin);
      }
    }
  }
}
