package dozo.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintTest {

  @Test
  void readsWhatPeopleWrite() {
    String hex = "0a".repeat(32);
    String colons = "0A:".repeat(31) + "0A\n";
    assertThat(Fingerprint.parse(colons)).isEqualTo(new Fingerprint(hex));
    assertThat(Fingerprint.parse(colons).matches(new Fingerprint(hex))).isTrue();
    assertThat(Fingerprint.parse("0b".repeat(32)).matches(new Fingerprint(hex))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "0a", "0x0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"})
  void refusesTheRest(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Fingerprint.parse(text));
  }
}
