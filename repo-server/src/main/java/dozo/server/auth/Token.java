package dozo.server.auth;

import java.time.Instant;
import java.util.Optional;

/**
 * A token as the server keeps it: everything but the secret.
 *
 * @param principal whom it lets in
 * @param hash the SHA-256 of its secret
 * @param created when it was made
 * @param expires from when on it is of no use
 */
public record Token(
    Principal principal, SecretHash hash, Instant created, Optional<Instant> expires) {

  /** Whether it is of use at that time. */
  public boolean isCurrent(Instant now) {
    return expires.isEmpty() || now.isBefore(expires.get());
  }
}
