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
    ODD_DATA("odd-data", "odd data, as encryption leaves it"),
    /** A VM that has had no backup for much longer than is usual for it. */
    OVERDUE("overdue", "no fresh backup"),
    /** A restore point that was found damaged when it was verified. */
    DAMAGED("damaged", "a restore point is damaged"),
    /** Files of the repository that cannot be read. */
    BROKEN_FILES("broken-files", "files of the repository are damaged"),
    /** Nothing was read back for long. */
    UNVERIFIED("unverified", "nothing was verified for long"),
    /** Something destructive was asked for, and waits. */
    APPROVAL("approval", "something destructive waits"),
    /** No backup can begin for want of room. */
    FULL("full", "no room for backups"),
    /** The room will soon be short. */
    ROOM("room", "room runs out"),
    /** A clock that was, or is, wrong. */
    CLOCK("clock", "a clock is or was wrong"),
    /** A checkpoint that a backup may have left on a hypervisor, where it grows. */
    CHECKPOINT("checkpoint", "a checkpoint may be left"),
    /** A channel by which nobody can be told anything for long. */
    NOTIFICATIONS("notifications", "notifications cannot be sent");

    private final String word;
    private final String title;

    Kind(String word, String title) {
      this.word = word;
      this.title = title;
    }

    /** Its word in JSON. */
    public String word() {
      return word;
    }

    /** What it is about, in a few words for people. */
    public String title() {
      return title;
    }
  }

  static Warning ofRepository(Kind kind, String text) {
    return new Warning(kind, text, Optional.empty(), Optional.empty(), Optional.empty());
  }
}
