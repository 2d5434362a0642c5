package dozo.format;

/**
 * Someone is not who they say: a token is unknown, revoked or does not allow what was asked, or a
 * peer's certificate has another fingerprint than the one pinned.
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
