package dozo.format;

/**
 * A server's certificate is not the one that was pinned. Nothing was sent to it, no token either:
 * it may be another server, or someone in between.
 */
public final class UntrustedServerException extends DozoException {

  /** Tells the fault. */
  public UntrustedServerException(Fault fault) {
    super(fault, null);
  }

  /** Tells the fault and keeps what led to it. */
  public UntrustedServerException(Fault fault, Throwable cause) {
    super(fault, cause);
  }
}
