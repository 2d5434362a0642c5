package dozo.server.mounts;

import java.io.IOException;

/** What was asked of the host's mounts cannot be done. The message says why and what to do. */
public final class MountRefusedException extends IOException {

  private static final long serialVersionUID = 1;

  /** Why. */
  public enum Reason {
    /** What was asked for makes no sense. */
    INVALID,
    /** It is not there. */
    NOT_FOUND,
    /** The host is not in a state for it: the place is taken, something is in use or missing. */
    CONFLICT,
    /** Not now. */
    BUSY,
    /** A file system is full. */
    NO_SPACE,
    /** The process that was to mount has failed. */
    FAILED
  }

  private final Reason reason;

  /** Refuses. */
  public MountRefusedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Returns why. */
  public Reason reason() {
    return reason;
  }
}
