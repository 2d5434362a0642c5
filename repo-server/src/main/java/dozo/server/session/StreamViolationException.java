package dozo.server.session;

import dozo.format.ErrorCode;

/** A client broke the rules of a stream or a session, which it thereby loses. */
public final class StreamViolationException extends Exception {

  private static final long serialVersionUID = 1;

  private final ErrorCode code;

  /** Says what rule, and how it was broken. */
  public StreamViolationException(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  /** What the client is told. */
  public ErrorCode code() {
    return code;
  }
}
