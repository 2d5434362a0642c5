package dozo.server.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TotpKeyTest {

  /** The key of RFC 6238, appendix B, in base 32. */
  private static final TotpKey KEY = new TotpKey("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");

  private static final long NONE = Long.MIN_VALUE;

  @ParameterizedTest
  @CsvSource({
    "59, 287082",
    "1111111109, 081804",
    "1111111111, 050471",
    "1234567890, 005924",
    "2000000000, 279037",
    "20000000000, 353130"
  })
  void makesTheCodesOfTheStandard(long second, String code) {
    assertThat(KEY.code(second / 30)).isEqualTo(code);
  }

  @Test
  void takesCodesOfThePeriodsNextToThisOneAndNoOthers() {
    Instant now = Instant.ofEpochSecond(30 * 1_000 + 7);
    for (long period = 997; period <= 1_003; period++) {
      OptionalLong found = KEY.periodOf(KEY.code(period), now, NONE);
      assertThat(found)
          .isEqualTo(
              Math.abs(period - 1_000) <= 1 ? OptionalLong.of(period) : OptionalLong.empty());
    }
    assertThat(KEY.periodOf("12345", now, NONE)).isEmpty();
    assertThat(KEY.periodOf("", now, NONE)).isEmpty();
  }

  @Test
  void takesNoCodeTwice() {
    Instant now = Instant.ofEpochSecond(30 * 1_000);
    assertThat(KEY.periodOf(KEY.code(1_000), now, 999)).hasValue(1_000);
    assertThat(KEY.periodOf(KEY.code(1_000), now, 1_000)).isEmpty();
    assertThat(KEY.periodOf(KEY.code(999), now, 1_000)).isEmpty();
  }

  @Test
  void tellsAnAppWhatItNeeds() {
    TotpKey drawn = TotpKey.draw(new SecureRandom());

    assertThat(drawn.uri("Anna B"))
        .isEqualTo("otpauth://totp/Dozo:Anna%20B?secret=" + drawn.text() + "&issuer=Dozo");
    assertThat(drawn.toString()).doesNotContain(drawn.text());
    assertThatIllegalArgumentException().isThrownBy(() -> new TotpKey("short"));
  }
}
