package dozo.server.health;

import dozo.format.manifest.RestorePointId;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * That a restore point's data is odd. Until it is acknowledged, nothing of its VM is forgotten.
 *
 * @param restorePoint which
 * @param namespace of its VM
 * @param vm its VM
 * @param vmName what the VM was called
 * @param text what is odd, for a person
 * @param raised when it was found
 * @param acknowledged who has seen it, if somebody has
 */
public record Suspicion(
    RestorePointId restorePoint,
    String namespace,
    UUID vm,
    String vmName,
    String text,
    Instant raised,
    Optional<Acknowledgement> acknowledged) {

  private static final int MAXIMUM_NOTE = 1_000;

  /**
   * That somebody has seen it.
   *
   * @param by who
   * @param at when
   * @param note what they say of it, up to 1,000 characters
   */
  public record Acknowledgement(String by, Instant at, String note) {

    /** Checks the note. */
    public Acknowledgement {
      if (note.length() > MAXIMUM_NOTE || note.chars().anyMatch(Character::isISOControl)) {
        throw new IllegalArgumentException(
            "A note has at most 1,000 characters and no control characters");
      }
    }
  }

  /** Names it: it is the restore point's own id. */
  public UUID id() {
    return restorePoint.uuid();
  }

  /** Whether it keeps what the VM has. */
  public boolean isShielding() {
    return acknowledged.isEmpty();
  }

  /** Why nothing of its VM is forgotten, and what to do, for a person. */
  public String refusal() {
    return "Nothing of the VM "
        + vmName
        + " is forgotten until somebody acknowledges that restore point "
        + restorePoint
        + " is odd: "
        + text
        + ". Look into the guest; then POST /api/v1/warnings/"
        + restorePoint
        + "/acknowledge.";
  }

  Suspicion acknowledged(Acknowledgement seen) {
    return new Suspicion(restorePoint, namespace, vm, vmName, text, raised, Optional.of(seen));
  }
}
