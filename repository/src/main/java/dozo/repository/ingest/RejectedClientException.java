package dozo.repository.ingest;

import java.io.IOException;

/** What a client sent is not what it said it was: its fault, or worse. */
public final class RejectedClientException extends IOException {

  private static final long serialVersionUID = 1;

  RejectedClientException(String message) {
    super(message);
  }
}
