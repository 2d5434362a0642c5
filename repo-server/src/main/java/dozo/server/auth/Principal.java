package dozo.server.auth;

import dozo.protocol.Role;
import java.util.UUID;

/**
 * Who is at the other end.
 *
 * @param id the token's id; what one principal begins, only the same may resume
 * @param name for logs and operators
 * @param role what it is for
 * @param scope which VMs it is for
 */
public record Principal(UUID id, String name, Role role, Scope scope) {

  /** Root, or the server's own user, on a Unix socket: the kernel vouches for them. */
  public static final Principal LOCAL =
      new Principal(new UUID(0, 0), "local", Role.RESTORE, Scope.EVERYTHING);
}
