package dozo.server.admin;

import dozo.protocol.Secret;
import dozo.server.auth.Principal;
import java.io.IOException;
import java.util.Optional;

/**
 * That somebody was let in.
 *
 * @param principal who
 * @param csrf what requests of a session that change something have to bring; empty for a token,
 *     which no browser sends by itself
 * @param stay tells whether they still may be there
 */
record Admission(Principal principal, Optional<Secret> csrf, Stay stay) {

  /** Tells whether somebody who was let in still may be there. */
  @FunctionalInterface
  interface Stay {
    /** Whether they may. */
    boolean isGood() throws IOException;
  }

  boolean isCurrent() throws IOException {
    return stay.isGood();
  }
}
