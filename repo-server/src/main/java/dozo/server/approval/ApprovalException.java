package dozo.server.approval;

/** A request can be asked for, approved or rejected not at all, not now, or not by this one. */
public final class ApprovalException extends Exception {

  private static final long serialVersionUID = 1;

  /** Why. */
  public enum Reason {
    /** There is none of that id. */
    NOT_FOUND,
    /** Not by whom it was tried. */
    FORBIDDEN,
    /** It is not in a state for it. */
    CONFLICT
  }

  private final Reason reason;

  ApprovalException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Returns why. */
  public Reason reason() {
    return reason;
  }
}
