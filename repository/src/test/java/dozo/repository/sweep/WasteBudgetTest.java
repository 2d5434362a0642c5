package dozo.repository.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WasteBudgetTest {

  @Test
  void readsSharesSizesAndNoBound() {
    assertThat(WasteBudget.parse("5%")).isEqualTo(new WasteBudget.Percent(5));
    assertThat(WasteBudget.parse(" 2.5% ")).isEqualTo(new WasteBudget.Percent(2.5));
    assertThat(WasteBudget.parse("0")).isEqualTo(new WasteBudget.Bytes(0));
    assertThat(WasteBudget.parse("10G")).isEqualTo(new WasteBudget.Bytes(10L << 30));
    assertThat(WasteBudget.parse("3k")).isEqualTo(new WasteBudget.Bytes(3 << 10));
    assertThat(WasteBudget.parse("unlimited")).isEqualTo(new WasteBudget.Unlimited());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "%", "G", "-1", "100%", "-1%", "NaN%", "5 %5", "9999999999T", "1.5G", "much"})
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> WasteBudget.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void countsAShareOfAllPacksNotOfWhatIsUsed() {
    assertThat(new WasteBudget.Percent(20).bytes(800)).isEqualTo(200);
    assertThat(new WasteBudget.Percent(0).bytes(800)).isZero();
    assertThat(new WasteBudget.Bytes(7).bytes(800)).isEqualTo(7);
  }
}
