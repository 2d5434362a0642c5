package dozo.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class AttemptLimiterTest {

  private static final Duration PERIOD = Duration.ofSeconds(30);

  private final AtomicLong nanos = new AtomicLong(-7);
  private final AttemptLimiter limiter = new AttemptLimiter(3, PERIOD, nanos::get);

  private void fail(String client, int times) {
    for (int i = 0; i < times; i++) {
      limiter.failed(client);
    }
  }

  @Test
  void letsSoManyFailAndNoMore() {
    fail("a", 2);
    assertThat(limiter.isExhausted("a")).isFalse();
    fail("a", 1);
    assertThat(limiter.isExhausted("a")).isTrue();
    assertThat(limiter.isExhausted("b")).isFalse();
  }

  @Test
  void givesAttemptsBackOneByOneAndNoMoreThanThereWere() {
    fail("a", 5);
    nanos.addAndGet(PERIOD.toNanos() - 1);
    assertThat(limiter.isExhausted("a")).isTrue();
    nanos.addAndGet(1);
    assertThat(limiter.isExhausted("a")).isFalse();
    fail("a", 1);
    assertThat(limiter.isExhausted("a")).isTrue();
    nanos.addAndGet(100 * PERIOD.toNanos());
    fail("a", 2);
    assertThat(limiter.isExhausted("a")).isFalse();
    fail("a", 1);
    assertThat(limiter.isExhausted("a")).isTrue();
  }

  @Test
  void forgetsWhoWasNotHeardOfLongestWhenManyCome() {
    fail("a", 3);
    for (int i = 0; i < 10_000; i++) {
      fail("client " + i, 1);
    }
    assertThat(limiter.isExhausted("a")).isFalse();
  }

  @Test
  void takesANetworkOfIpv6ForOneClient() {
    assertThat(AttemptLimiter.client("2001:db8:0:1::1"))
        .isEqualTo(AttemptLimiter.client("2001:db8:0:1:ffff::2"))
        .isNotEqualTo(AttemptLimiter.client("2001:db8:0:2::1"));
    assertThat(AttemptLimiter.client("192.0.2.1")).isNotEqualTo(AttemptLimiter.client("192.0.2.2"));
    assertThat(AttemptLimiter.client("not an address")).isEqualTo("not an address");
  }
}
