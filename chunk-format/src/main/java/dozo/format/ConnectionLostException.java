package dozo.format;

/**
 * The other side cannot be reached, went away, or fell silent. What it had acknowledged stands; the
 * rest may be tried again over a new connection.
 */
public final class ConnectionLostException extends DozoException {

  /** Tells the fault. */
  public ConnectionLostException(Fault fault) {
    super(fault, null);
  }

  /** Tells the fault and keeps what led to it. */
  public ConnectionLostException(Fault fault, Throwable cause) {
    super(fault, cause);
  }
}
