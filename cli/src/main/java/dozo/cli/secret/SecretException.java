package dozo.cli.secret;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A secret that was asked for could not be had from where it was said to be. */
public final class SecretException extends IOException {

  SecretException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
