package dozo.server.admin;

import dozo.protocol.Secret;
import dozo.server.audit.AuditTrail;
import dozo.server.auth.Principal;
import dozo.server.auth.TokenStore;
import dozo.server.metrics.ServerMetrics;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says who sends a request. Nobody guesses a token, which has 256 random bits; failed attempts of
 * one client are bounded all the same, so that they neither fill the log nor take a processor, and
 * a good token is let in however many bad ones came from the same address before.
 */
final class Doorkeeper {

  private static final int UNAUTHORIZED = 401;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final String BEARER = "Bearer ";
  private static final String CHALLENGE = "WWW-Authenticate";

  /** So many attempts of a client may fail at once, and five a second after that. */
  private static final int ATTEMPTS = 300;

  private static final Duration PERIOD = Duration.ofMillis(200);

  private final TokenStore tokens;
  private final ServerMetrics metrics;
  private final AuditTrail audit;
  private final AttemptLimiter limiter = new AttemptLimiter(ATTEMPTS, PERIOD, System::nanoTime);

  Doorkeeper(TokenStore tokens, ServerMetrics metrics, AuditTrail audit) {
    this.tokens = tokens;
    this.metrics = metrics;
    this.audit = audit;
  }

  /**
   * Lets somebody in.
   *
   * @throws ProblemException if nobody is known by what was sent
   */
  Principal admit(Context http) throws ProblemException {
    @Nullable String header = http.header("Authorization");
    Optional<Principal> caller = Optional.empty();
    if (header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      caller = secret(header.substring(BEARER.length())).flatMap(tokens::authenticate);
    }
    if (caller.isPresent()) {
      return caller.get();
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
    throw new ProblemException(UNAUTHORIZED, "A token that is known here is needed");
  }

  private static Optional<Secret> secret(String text) {
    try {
      return Optional.of(Secret.of(text.strip()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
