package dozo.format;

/** A file that was taken for one of Dozo's does not begin as one. It has not been touched. */
public final class ForeignFileException extends DozoException {

  /** Tells the fault. */
  public ForeignFileException(Fault fault) {
    super(fault, null);
  }

  /** Tells the fault and keeps what led to it. */
  public ForeignFileException(Fault fault, Throwable cause) {
    super(fault, cause);
  }
}
