package dozo.client.program;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A program could not be run, or was not let run on. */
public final class ProgramException extends IOException {

  /** What went wrong. */
  public enum Reason {
    /** It is not there, or may not be run. */
    NOT_RUN,
    /** It was killed because it took too long; what it asked for may happen still. */
    TOO_SLOW,
    /** It was killed because it said too much. */
    TOO_MUCH
  }

  private final Reason reason;

  ProgramException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** What went wrong. */
  public Reason reason() {
    return reason;
  }
}
