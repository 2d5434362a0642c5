package dozo.format;

/**
 * A file system or a quota is full, or Java's memory is too small for what was asked. What was
 * acknowledged before is safe; what was being written is not there.
 */
public final class NoSpaceException extends DozoException {

  /** Tells the fault. */
  public NoSpaceException(Fault fault) {
    super(fault, null);
  }

  /** Tells the fault and keeps what led to it. */
  public NoSpaceException(Fault fault, Throwable cause) {
    super(fault, cause);
  }
}
