package dozo.format;

/** The passphrase or key file given opens none of the repository's key slots. */
public final class WrongKeyException extends DozoException {

  /** Tells the fault. */
  public WrongKeyException(Fault fault) {
    super(fault, null);
  }

  /** Tells the fault and keeps what led to it. */
  public WrongKeyException(Fault fault, Throwable cause) {
    super(fault, cause);
  }
}
