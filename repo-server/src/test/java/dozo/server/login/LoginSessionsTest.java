package dozo.server.login;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.server.auth.Principal;
import dozo.server.auth.Scope;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class LoginSessionsTest {

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-22T12:00:00Z"));
  private final LoginSessions sessions = new LoginSessions(now::get, new SecureRandom());

  private static User user(int number) {
    return new User(
        new Principal(new UUID(7, number), "user " + number, Role.ADMIN, Scope.EVERYTHING),
        PasswordHash.OF_NOBODY,
        Optional.empty(),
        Instant.EPOCH,
        Optional.empty());
  }

  private void pass(Duration time) {
    now.updateAndGet(before -> before.plus(time));
  }

  @Test
  void findsASessionByItsSecretOnly() {
    LoginSessions.Begun begun = sessions.begin(user(1));

    assertThat(sessions.find(begun.secret())).contains(begun.session());
    assertThat(sessions.find(begun.session().csrf())).isEmpty();
    assertThat(sessions.find(Secret.of("nonsense"))).isEmpty();
  }

  @Test
  void endsAfterHalfAnHourOfSilence() {
    Secret secret = sessions.begin(user(1)).secret();
    pass(Duration.ofMinutes(29));
    assertThat(sessions.find(secret)).isPresent();
    pass(Duration.ofMinutes(29));
    assertThat(sessions.find(secret)).isPresent();
    pass(Duration.ofMinutes(31));
    assertThat(sessions.find(secret)).isEmpty();
    pass(Duration.ofMinutes(-31));
    assertThat(sessions.find(secret)).isEmpty();
  }

  @Test
  void endsAfterTwelveHoursHoweverBusy() {
    LoginSessions.Begun begun = sessions.begin(user(1));
    for (int i = 0; i < 36; i++) {
      assertThat(sessions.find(begun.secret())).isPresent();
      assertThat(sessions.isOpen(begun.session())).isTrue();
      pass(Duration.ofMinutes(20));
    }
    pass(Duration.ofMillis(1));
    assertThat(sessions.isOpen(begun.session())).isFalse();
    assertThat(sessions.find(begun.secret())).isEmpty();
  }

  @Test
  void endsWhenItIsToldTo() {
    LoginSessions.Begun one = sessions.begin(user(1));
    LoginSessions.Begun two = sessions.begin(user(1));
    LoginSessions.Begun other = sessions.begin(user(2));
    sessions.end(one.secret());
    assertThat(sessions.find(one.secret())).isEmpty();
    assertThat(sessions.find(two.secret())).isPresent();
    sessions.endAllOf(new UUID(7, 1));
    assertThat(sessions.find(two.secret())).isEmpty();
    assertThat(sessions.find(other.secret())).isPresent();
  }

  @Test
  void forgetsWhoWasNotHeardOfLongestWhenManyLogIn() {
    Secret first = sessions.begin(user(1)).secret();
    Secret second = sessions.begin(user(2)).secret();
    assertThat(sessions.find(first)).isPresent();
    for (int i = 0; i < 999; i++) {
      sessions.begin(user(3 + i));
    }
    assertThat(sessions.find(second)).isEmpty();
    assertThat(sessions.find(first)).isPresent();
  }
}
