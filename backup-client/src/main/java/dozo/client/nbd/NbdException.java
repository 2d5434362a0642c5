package dozo.client.nbd;

import java.io.IOException;

/** A server refused a request, or did not keep to the protocol. */
public final class NbdException extends IOException {

  /** The code of a failure that is not a server's answer. */
  public static final int NO_ANSWER = 0;

  private final int error;

  NbdException(int error, String message) {
    super(message);
    this.error = error;
  }

  /** A server that does not keep to the protocol, whose connection is of no use any more. */
  static NbdException protocol(String message) {
    return new NbdException(NO_ANSWER, "The NBD server does not keep to the protocol: " + message);
  }

  /** The number of the error as the protocol has it, such as 5; {@link #NO_ANSWER} if none came. */
  public int error() {
    return error;
  }
}
