package dozo.format;

/**
 * Someone is not who they say: a token is unknown, expired or revoked. A token that is known and
 * does not allow what was asked is another matter, {@link ErrorCode#FORBIDDEN}.
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
