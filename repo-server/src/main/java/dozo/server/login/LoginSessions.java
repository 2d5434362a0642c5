package dozo.server.login;

import dozo.protocol.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who is logged in, by the hash of the secret in their cookie. They end when nothing was heard of
 * them for half an hour, after twelve hours, and when the server does.
 *
 * <p>Safe for use by several threads.
 */
final class LoginSessions {

  private static final Duration IDLE = Duration.ofMinutes(30);
  private static final Duration LONGEST = Duration.ofHours(12);
  private static final int MAXIMUM = 1_000;
  private static final int SECRET_BYTES = 32;

  private final InstantSource clock;
  private final SecureRandom random;

  /** The one that was heard of longest ago first. */
  private final Map<String, Heard> sessions =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Heard> eldest) {
          return size() > MAXIMUM;
        }
      };

  private record Heard(LoginSession session, Instant last) {}

  LoginSessions(InstantSource clock, SecureRandom random) {
    this.clock = clock;
    this.random = random;
  }

  /** A session that was just begun, and the secret for its cookie. */
  record Begun(LoginSession session, Secret secret) {}

  Begun begin(User user) {
    Instant now = clock.instant();
    LoginSession session = new LoginSession(user.principal().id(), user.password(), draw(), now);
    Secret secret = draw();
    synchronized (this) {
      sessions.put(hash(secret), new Heard(session, now));
    }
    return new Begun(session, secret);
  }

  /** The session of a cookie, which is heard of by this. */
  synchronized Optional<LoginSession> find(Secret secret) {
    String key = hash(secret);
    @Nullable Heard heard = sessions.get(key);
    if (heard == null) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    if (now.isAfter(heard.last().plus(IDLE))
        || now.isAfter(heard.session().begun().plus(LONGEST))) {
      sessions.remove(key);
      return Optional.empty();
    }
    sessions.put(key, new Heard(heard.session(), now));
    return Optional.of(heard.session());
  }

  /** Whether a session has not ended; it is not heard of by this. */
  synchronized boolean isOpen(LoginSession session) {
    return !clock.instant().isAfter(session.begun().plus(LONGEST))
        && sessions.values().stream().anyMatch(heard -> heard.session().equals(session));
  }

  synchronized void end(Secret secret) {
    sessions.remove(hash(secret));
  }

  synchronized void endAllOf(UUID user) {
    sessions.values().removeIf(heard -> heard.session().user().equals(user));
  }

  private Secret draw() {
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    return Secret.of(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  private static String hash(Secret secret) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(secret.reveal().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java has SHA-256", e);
    }
  }
}
