package dozo.format;

/**
 * A restore point, disk, VM or token that was named does not exist, or not for this caller: what
 * one may not see is not there.
 */
public final class NotFoundException extends DozoException {

  /** Tells the fault. */
  public NotFoundException(Fault fault) {
    super(fault, null);
  }

  /** Tells the fault and keeps what led to it. */
  public NotFoundException(Fault fault, Throwable cause) {
    super(fault, cause);
  }
}
