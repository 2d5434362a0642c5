package dozo.repository.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetentionSpanTest {

  @ParameterizedTest
  @ValueSource(strings = {"7d", "12h", "2y5m7d3h", "1y", "3m", "1y1h"})
  void readsWhatItWrites(String text) {
    assertThat(RetentionSpan.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "7", "d", "7w", "-7d", "3h2d", "7d ", " 7d", "7D", "7d7d", "12345678d"})
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> RetentionSpan.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2y5m7d3h")
        .hasMessageContaining("\"" + text + "\"");
  }

  @Test
  void refusesNothingAndTooMuch() {
    assertThatThrownBy(() -> RetentionSpan.parse("0d")).hasMessageContaining("longer than nothing");
    assertThatThrownBy(() -> RetentionSpan.parse("1001y"))
        .hasMessageContaining("0 to 1000 years, not 1001");
  }

  @ParameterizedTest
  @CsvSource({
    // A month back from a day that the month before does not have is that month's last day.
    "2023-03-31T12:00:00Z, 1m, UTC, 2023-02-28T12:00:00Z",
    "2024-03-31T12:00:00Z, 1m, UTC, 2024-02-29T12:00:00Z",
    "2024-02-29T12:00:00Z, 1y, UTC, 2023-02-28T12:00:00Z",
    "2024-02-29T12:00:00Z, 4y, UTC, 2020-02-29T12:00:00Z",
    // A day over the end of summer time has 25 hours, a day over its beginning 23; 24h always 24.
    "2024-10-27T11:00:00Z, 1d, Europe/Berlin, 2024-10-26T10:00:00Z",
    "2024-10-27T11:00:00Z, 24h, Europe/Berlin, 2024-10-26T11:00:00Z",
    "2024-03-31T10:00:00Z, 1d, Europe/Berlin, 2024-03-30T11:00:00Z",
    "2024-03-31T10:00:00Z, 24h, Europe/Berlin, 2024-03-30T10:00:00Z",
    "2024-01-01T00:00:00Z, 1y1m1d1h, UTC, 2022-11-29T23:00:00Z",
  })
  void reachesBackOnTheCalendar(String from, String span, String zone, String expected) {
    assertThat(RetentionSpan.parse(span).before(Instant.parse(from), ZoneId.of(zone)))
        .isEqualTo(Instant.parse(expected));
  }
}
