package dozo.client;

import java.io.IOException;

/** What changed on a disk goes over the link too slowly as it is. */
final class SlowLinkException extends IOException {

  private static final long serialVersionUID = 1;

  SlowLinkException() {
    super("What changed goes over the link slowly");
  }
}
