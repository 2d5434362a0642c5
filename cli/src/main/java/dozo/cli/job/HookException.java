package dozo.cli.job;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A command that a job runs around a backup could not be run, or says that it failed. */
public final class HookException extends IOException {

  HookException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
