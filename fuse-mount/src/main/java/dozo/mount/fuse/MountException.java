package dozo.mount.fuse;

import java.io.IOException;

/** A file system could not be mounted or unmounted. The message says why and what to do. */
public final class MountException extends IOException {
  private static final long serialVersionUID = 1;

  /** Who has to act. */
  public enum Reason {
    /** Something has to be installed on, or granted by, this machine. */
    MISSING_PREREQUISITE,
    /** Another mount point has to be chosen, or this one cleared. */
    UNSUITABLE_MOUNT_POINT,
    /** The system refused. */
    REFUSED
  }

  private final Reason reason;

  /** Says what cannot be, and what to do. */
  public MountException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  MountException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Returns who has to act. */
  public Reason reason() {
    return reason;
  }
}
