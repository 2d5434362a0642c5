package dozo.server.lease;

import dozo.format.ErrorCode;

/** A lease cannot be taken. */
public final class LeaseRefusedException extends Exception {

  private static final long serialVersionUID = 1;

  private final ErrorCode code;

  LeaseRefusedException(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  /** What the client is told. */
  public ErrorCode code() {
    return code;
  }
}
