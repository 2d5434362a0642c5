package dozo.server.auth;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A token as the server keeps it: everything but the secret.
 *
 * @param principal whom it lets in
 * @param hash the SHA-256 of its secret
 * @param created when it was made
 * @param expires from when on it is of no use
 * @param origin the token or user that it goes back to, if one made it through the admin API
 */
public record Token(
    Principal principal,
    SecretHash hash,
    Instant created,
    Optional<Instant> expires,
    Optional<UUID> origin) {

  /** Whether it is of use at that time. */
  public boolean isCurrent(Instant now) {
    return expires.isEmpty() || now.isBefore(expires.get());
  }
}
