package dozo.format;

/** There is no repository where one was named. */
public final class RepositoryNotFoundException extends DozoException {

  /** Tells the fault. */
  public RepositoryNotFoundException(Fault fault) {
    super(fault, null);
  }

  /** Tells the fault and keeps what led to it. */
  public RepositoryNotFoundException(Fault fault, Throwable cause) {
    super(fault, cause);
  }
}
