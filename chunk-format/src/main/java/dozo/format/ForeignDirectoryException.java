package dozo.format;

/**
 * A directory that was to become, or was taken for, a repository holds something else. It has not
 * been touched.
 */
public final class ForeignDirectoryException extends DozoException {

  /** Tells the fault. */
  public ForeignDirectoryException(Fault fault) {
    super(fault, null);
  }

  /** Tells the fault and keeps what led to it. */
  public ForeignDirectoryException(Fault fault, Throwable cause) {
    super(fault, cause);
  }
}
