package dozo.format;

/**
 * Something was written by a newer version of Dozo than this one, which therefore must not guess at
 * it. The data is sound.
 */
public final class FormatTooNewException extends DozoException {

  /** Tells the fault. */
  public FormatTooNewException(Fault fault) {
    super(fault, null);
  }

  /** Tells the fault and keeps what led to it. */
  public FormatTooNewException(Fault fault, Throwable cause) {
    super(fault, cause);
  }
}
