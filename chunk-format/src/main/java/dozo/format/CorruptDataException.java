package dozo.format;

/**
 * Stored or received bytes are not what their writer wrote: a checksum, an authentication tag, a
 * length or a count does not hold. Nothing that was read from them may be used.
 */
public final class CorruptDataException extends DozoException {

  /** Tells the fault. */
  public CorruptDataException(Fault fault) {
    super(fault, null);
  }

  /** Tells the fault and keeps what led to it. */
  public CorruptDataException(Fault fault, Throwable cause) {
    super(fault, cause);
  }
}
