package dozo.format;

/** A server refused a request or failed in it, and said so. The connection may still be good. */
public final class RemoteException extends DozoException {

  private final ErrorCode code;
  private final boolean retry;

  /**
   * Passes on what the server said.
   *
   * @param retry whether the same request may succeed later without a change
   */
  public RemoteException(Fault fault, ErrorCode code, boolean retry) {
    super(fault, null);
    this.code = code;
    this.retry = retry;
  }

  /** What kind of fault the server had. */
  public ErrorCode code() {
    return code;
  }

  /** Whether the same request may succeed later without a change. */
  public boolean retry() {
    return retry;
  }
}
