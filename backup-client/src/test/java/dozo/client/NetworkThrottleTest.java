package dozo.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkThrottleTest {

  private static final long KIB = 1 << 10;
  private static final LocalTime MORNING = LocalTime.of(8, 0);
  private static final LocalTime EVENING = LocalTime.of(18, 0);

  private static NetworkThrottle at(String time, NetworkThrottle.Limit... limits) {
    Clock clock = Clock.fixed(Instant.parse("2026-01-05T" + time + ":00Z"), ZoneOffset.UTC);
    return new NetworkThrottle(List.of(limits), clock);
  }

  @ParameterizedTest
  @CsvSource({"07:59, 200", "08:00, 100", "17:59, 100", "18:00, 200", "00:00, 200"})
  void takesTheFirstLimitOfTheHour(String time, long kib) {
    NetworkThrottle throttle =
        at(
            time,
            new NetworkThrottle.Limit(MORNING, EVENING, 100 * KIB),
            new NetworkThrottle.Limit(MORNING, MORNING, 200 * KIB));
    assertThat(throttle.rate()).hasValue(kib * KIB);
  }

  @ParameterizedTest
  @CsvSource({"17:59, false", "18:00, true", "23:59, true", "00:00, true", "08:00, false"})
  void knowsHoursThatGoOverMidnight(String time, boolean limited) {
    NetworkThrottle throttle = at(time, new NetworkThrottle.Limit(EVENING, MORNING, 100 * KIB));
    assertThat(throttle.rate().isPresent()).isEqualTo(limited);
  }

  @Test
  void letsBytesThroughNoFaster() throws Exception {
    NetworkThrottle throttle = at("12:00", new NetworkThrottle.Limit(MORNING, EVENING, 640 * KIB));
    AtomicLong sent = new AtomicLong();
    Toll toll = new Toll(throttle, () -> false, sent);
    long begin = System.nanoTime();
    for (int i = 0; i < 6; i++) {
      toll.pay(64 * KIB);
    }
    // The first goes at once, each other a tenth of a second behind the one before.
    assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(500_000_000L);
    assertThat(sent).hasValue(6 * 64 * KIB);
  }

  @Test
  void waitsNoLongerOnceGivenUp() throws Exception {
    NetworkThrottle throttle = at("12:00", new NetworkThrottle.Limit(MORNING, EVENING, 64 * KIB));
    throttle.await(1L << 32, () -> true);
    // A day's worth of bytes is before this one.
    throttle.await(1, () -> true);
  }

  @Test
  void refusesToBeSlowerThanASessionBears() {
    assertThatThrownBy(() -> new NetworkThrottle.Limit(MORNING, EVENING, 64 * KIB - 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
