package dozo.client.qemu;

import java.io.IOException;

/** Qemu, or the agent in a guest, refused a command. The connection is sound. */
final class QmpException extends IOException {
  private final String kind;

  QmpException(String command, String kind, String description) {
    super(command + " was refused: " + description);
    this.kind = kind;
  }

  /** The class of the error, such as {@code GenericError} or {@code CommandNotFound}. */
  String kind() {
    return kind;
  }
}
