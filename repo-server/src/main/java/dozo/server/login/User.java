package dozo.server.login;

import dozo.protocol.Role;
import dozo.server.auth.Principal;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Somebody who may log in.
 *
 * @param principal whom a session of theirs speaks for
 * @param password the hash of their password
 * @param totp what makes their one-time codes, if they want to be asked for one
 * @param created when they were added
 * @param origin the token or user that they go back to, if one added them through the admin API
 */
public record User(
    Principal principal,
    PasswordHash password,
    Optional<TotpKey> totp,
    Instant created,
    Optional<UUID> origin) {

  /** Checks the role: what a backup token is for is nothing that a person does. */
  public User {
    if (principal.role() == Role.BACKUP) {
      throw new IllegalArgumentException(
          "Who logs in has the role restore, operator or admin; a backup job has a token");
    }
  }

  /** Whether they are asked for a one-time code. */
  public boolean hasTotp() {
    return totp.isPresent();
  }

  User withPassword(PasswordHash other) {
    return new User(principal, other, totp, created, origin);
  }

  User withTotp(Optional<TotpKey> other) {
    return new User(principal, password, other, created, origin);
  }
}
