package dozo.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * A text that proves something and must not be shown: a token, or the secret of a session. It keeps
 * itself out of logs and messages, and takes equally long to compare whatever it is compared with.
 */
public final class Secret {

  /** The longest secret in characters. */
  public static final int MAXIMUM_LENGTH = 512;

  private final String text;

  private Secret(String text) {
    this.text = text;
  }

  /**
   * Takes a text as a secret.
   *
   * @throws IllegalArgumentException unless it has 1 to {@value #MAXIMUM_LENGTH} characters, all of
   *     them visible ASCII; the message does not repeat it
   */
  public static Secret of(String text) {
    if (text.isEmpty()
        || text.length() > MAXIMUM_LENGTH
        || text.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new IllegalArgumentException(
          "A secret has 1 to " + MAXIMUM_LENGTH + " visible ASCII characters and no spaces");
    }
    return new Secret(text);
  }

  /** The text itself, for the one who has to send or check it. */
  public String reveal() {
    return text;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Secret secret
        && MessageDigest.isEqual(text.getBytes(UTF_8), secret.text.getBytes(UTF_8));
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** Returns a placeholder. */
  @Override
  public String toString() {
    return "(secret)";
  }
}
