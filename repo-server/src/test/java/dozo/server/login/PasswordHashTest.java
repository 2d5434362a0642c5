package dozo.server.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PasswordHashTest {

  private static final SecureRandom RANDOM = new SecureRandom();

  @Test
  void matchesItsPasswordAndNoOther() {
    PasswordHash hash = PasswordHash.of("correct horse battery", RANDOM);

    assertThat(new PasswordHash(hash.text()).matches("correct horse battery")).isTrue();
    assertThat(hash.matches("correct horse batterz")).isFalse();
    assertThat(hash.matches("")).isFalse();
    assertThat(hash.matches("x".repeat(1 << 20))).isFalse();
    assertThat(hash.text()).startsWith("$argon2id$v=19$m=65536,t=3,p=1$");
    assertThat(hash.toString()).doesNotContain("argon2");
  }

  @Test
  void takesAPasswordForTheSameHoweverItIsTyped() {
    PasswordHash composed = PasswordHash.of("Zürich am See \u00fc", RANDOM);

    assertThat(composed.matches("Zu\u0308rich am See u\u0308")).isTrue();
  }

  @Test
  void isAnotherEachTime() {
    String password = "correct horse battery";

    assertThat(PasswordHash.of(password, RANDOM)).isNotEqualTo(PasswordHash.of(password, RANDOM));
    assertThat(PasswordHash.OF_NOBODY.matches(password)).isFalse();
  }

  @Test
  void readsWhatTheReferenceImplementationMakes() {
    // echo -n 'correct horse battery' | argon2 somesalt12345678 -id -t 2 -k 64 -p 1 -l 32 -e
    PasswordHash made =
        new PasswordHash(
            "$argon2id$v=19$m=64,t=2,p=1$c29tZXNhbHQxMjM0NTY3OA$8u4GHYdi77qnKvdgq27SV+dAQ7Zg3RLLBwKBWYDkxuI");

    assertThat(made.matches("correct horse battery")).isTrue();
    assertThat(made.matches("correct horse batter")).isFalse();
  }

  @Test
  void wantsLongPasswords() {
    assertThatIllegalArgumentException().isThrownBy(() -> PasswordHash.of("x".repeat(11), RANDOM));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PasswordHash.of("x".repeat(1_025), RANDOM));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain",
        "$argon2i$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=999999,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=64,t=0,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=64,t=1,p=9$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
      })
  void boundsWhatAHashAsksFor(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> new PasswordHash(text));
  }
}
