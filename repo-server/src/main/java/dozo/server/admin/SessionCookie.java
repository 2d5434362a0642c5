package dozo.server.admin;

import dozo.protocol.Secret;
import io.javalin.http.Context;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The cookie of who is logged in. Its name's prefix has browsers take it from this very host over
 * HTTPS only; scripts cannot read it, and no request that another site begins carries it.
 */
final class SessionCookie {

  static final String NAME = "__Host-dozo-session";

  /** The header that a request of a session that changes something has to bring. */
  static final String CSRF_HEADER = "X-Dozo-Csrf";

  private static final String ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Strict";

  private SessionCookie() {}

  static Optional<Secret> of(Context http) {
    @Nullable String value = http.cookie(NAME);
    try {
      return Optional.ofNullable(value).map(Secret::of);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  static void set(Context http, Secret secret) {
    http.header("Set-Cookie", NAME + "=" + secret.reveal() + ATTRIBUTES);
  }

  static void clear(Context http) {
    http.header("Set-Cookie", NAME + "=; Max-Age=0" + ATTRIBUTES);
  }
}
