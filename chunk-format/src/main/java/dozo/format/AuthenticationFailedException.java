package dozo.format;

/**
 * Someone is not who they say, or may not do what they asked: a token is unknown, revoked, or of
 * another role or scope.
 */
public final class AuthenticationFailedException extends DozoException {

  /** Tells the fault. */
  public AuthenticationFailedException(Fault fault) {
    super(fault, null);
  }

  /** Tells the fault and keeps what led to it. */
  public AuthenticationFailedException(Fault fault, Throwable cause) {
    super(fault, cause);
  }
}
