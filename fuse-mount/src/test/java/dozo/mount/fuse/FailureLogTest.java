package dozo.mount.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class FailureLogTest {
  @Test
  void logsOneFailureASecond() {
    AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 10);
    FailureLog failures = new FailureLog(clock::get);
    IOException cause = new IOException("damaged");
    assertThat(failures.failed("read", cause)).isTrue();
    assertThat(failures.failed("read", cause)).isFalse();
    clock.addAndGet(999_999_999);
    assertThat(failures.failed("read", cause)).isFalse();
    clock.addAndGet(1);
    assertThat(failures.failed("read", cause)).isTrue();
  }
}
