package dozo.format;

/** Another process has the repository open. */
public final class RepositoryLockedException extends DozoException {

  /** Tells the fault. */
  public RepositoryLockedException(Fault fault) {
    super(fault, null);
  }

  /** Tells the fault and keeps what led to it. */
  public RepositoryLockedException(Fault fault, Throwable cause) {
    super(fault, cause);
  }
}
