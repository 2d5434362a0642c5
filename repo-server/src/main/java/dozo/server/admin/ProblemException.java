package dozo.server.admin;

/** A request that cannot be answered as asked. */
final class ProblemException extends Exception {

  private static final long serialVersionUID = 1;

  private final int status;

  ProblemException(int status, String detail) {
    super(detail);
    this.status = status;
  }

  int status() {
    return status;
  }
}
