package dozo.server.health;

import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.VmRef;
import java.time.Instant;
import java.util.Optional;

/**
 * Something that an operator should look at.
 *
 * @param kind what it is about
 * @param text what is amiss, with which object, and what to do, for a person
 * @param since since when, as far as that is known
 * @param vm the VM that it is about, if it is about one
 * @param restorePoint the restore point that it is about, if it is about one
 */
public record Warning(
    Kind kind,
    String text,
    Optional<Instant> since,
    Optional<VmRef> vm,
    Optional<RestorePointId> restorePoint) {

  /** What a warning is about. */
  public enum Kind {
    /** Data that looks as if somebody had encrypted it; it shields the VM until acknowledged. */
    ODD_DATA("odd-data"),
    /** A VM that has had no backup for much longer than is usual for it. */
    OVERDUE("overdue"),
    /** A restore point that was found damaged when it was verified. */
    DAMAGED("damaged"),
    /** Files of the repository that cannot be read. */
    BROKEN_FILES("broken-files"),
    /** Nothing was read back for long. */
    UNVERIFIED("unverified"),
    /** The room is short, or soon will be. */
    ROOM("room"),
    /** Something destructive was asked for, and waits. */
    APPROVAL("approval"),
    /** A clock that was, or is, wrong. */
    CLOCK("clock");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** Its word in JSON. */
    public String word() {
      return word;
    }
  }

  static Warning ofRepository(Kind kind, String text) {
    return new Warning(kind, text, Optional.empty(), Optional.empty(), Optional.empty());
  }
}
