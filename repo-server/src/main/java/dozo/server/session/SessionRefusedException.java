package dozo.server.session;

import dozo.format.ErrorCode;

/** A session cannot be begun or resumed. */
public final class SessionRefusedException extends Exception {

  private static final long serialVersionUID = 1;

  private final ErrorCode code;

  SessionRefusedException(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  /** What the client is told. */
  public ErrorCode code() {
    return code;
  }
}
