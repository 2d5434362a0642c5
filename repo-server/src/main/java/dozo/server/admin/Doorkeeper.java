package dozo.server.admin;

import dozo.protocol.Secret;
import dozo.server.audit.AuditTrail;
import dozo.server.auth.Principal;
import dozo.server.auth.TokenStore;
import dozo.server.login.Logins;
import dozo.server.metrics.ServerMetrics;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says who sends a request: the bearer of a token, or somebody who is logged in, by a cookie.
 * Nobody guesses either, which have 256 random bits; failed attempts of one client are bounded all
 * the same, so that they neither fill the log nor take a processor, and what is good is let in
 * however much bad came from the same address before.
 */
final class Doorkeeper {

  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final String BEARER = "Bearer ";
  private static final String CHALLENGE = "WWW-Authenticate";

  /** So many attempts of a client may fail at once, and five a second after that. */
  private static final int ATTEMPTS = 300;

  private static final Duration PERIOD = Duration.ofMillis(200);

  private final TokenStore tokens;
  private final Logins logins;
  private final ServerMetrics metrics;
  private final AuditTrail audit;
  private final AttemptLimiter limiter = new AttemptLimiter(ATTEMPTS, PERIOD, System::nanoTime);

  Doorkeeper(TokenStore tokens, Logins logins, ServerMetrics metrics, AuditTrail audit) {
    this.tokens = tokens;
    this.logins = logins;
    this.metrics = metrics;
    this.audit = audit;
  }

  /**
   * Lets somebody in.
   *
   * @throws ProblemException if nobody is known by what was sent, or a request of a session may
   *     have been made by another site's page
   */
  Admission admit(Context http) throws ProblemException, IOException {
    @Nullable String header = http.header("Authorization");
    Optional<Admission> admission = header == null ? visitor(http) : bearer(header);
    if (admission.isPresent()) {
      return admission.get();
    }
    metrics.authenticationFailed();
    AuditedCall.refuse(audit, http);
    String client = AttemptLimiter.client(http.ip());
    if (limiter.isExhausted(client)) {
      http.header("Retry-After", Long.toString(limiter.retryAfterSeconds()));
      throw new ProblemException(
          TOO_MANY_REQUESTS, "Too many requests came from there without a token that is known");
    }
    limiter.failed(client);
    http.header(CHALLENGE, "Bearer realm=\"dozo\"");
    throw new ProblemException(UNAUTHORIZED, "A token that is known here, or a log-in, is needed");
  }

  private Optional<Admission> bearer(String header) {
    if (!header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return Optional.empty();
    }
    Optional<Principal> principal =
        secret(header.substring(BEARER.length()).strip()).flatMap(tokens::authenticate);
    return principal.map(is -> new Admission(is, Optional.empty(), () -> tokens.isCurrent(is)));
  }

  private Optional<Admission> visitor(Context http) throws IOException, ProblemException {
    Optional<Secret> cookie = SessionCookie.of(http);
    if (cookie.isEmpty()) {
      return Optional.empty();
    }
    Optional<Logins.Visitor> visitor = logins.find(cookie.get());
    if (visitor.isPresent()) {
      requireOwnPage(http, visitor.get());
    }
    return visitor.map(
        is -> new Admission(is.principal(), Optional.of(is.csrf()), () -> logins.isCurrent(is)));
  }

  /** A browser sends the cookie whoever's page asks it to; the token only our page can read. */
  private static void requireOwnPage(Context http, Logins.Visitor visitor) throws ProblemException {
    if (http.req().getMethod().equals("GET")) {
      return;
    }
    @Nullable String sent = http.header(SessionCookie.CSRF_HEADER);
    if (sent == null || !secret(sent).equals(Optional.of(visitor.csrf()))) {
      throw new ProblemException(
          FORBIDDEN,
          "A request of a session that changes something needs the header "
              + SessionCookie.CSRF_HEADER
              + " with what the log-in, or GET /api/v1/me, told");
    }
  }

  private static Optional<Secret> secret(String text) {
    try {
      return Optional.of(Secret.of(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
