package dozo.repository.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.repository.work.StopSignal.StoppedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PaceTest {

  @Test
  void holdsWorkToItsRate() {
    Pace pace = new Pace(10_000_000, new StopSignal());
    long begun = System.nanoTime();
    for (int i = 0; i < 30; i++) {
      pace.take(100_000);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(290));
  }

  @Test
  void doesNotHoldWorkWithoutARate() {
    Pace pace = new Pace(0, new StopSignal());
    pace.take(Long.MAX_VALUE);
    pace.take(Long.MAX_VALUE);
  }

  @Test
  void endsAWaitWhenTheWorkIsToStop() throws Exception {
    StopSignal stop = new StopSignal();
    Pace pace = new Pace(1, stop);
    CompletableFuture<Void> work = CompletableFuture.runAsync(() -> pace.take(1_000_000));

    stop.stop();

    assertThatThrownBy(() -> work.get(30, TimeUnit.SECONDS))
        .hasCauseInstanceOf(StoppedException.class);
    assertThatThrownBy(() -> pace.take(0)).isInstanceOf(StoppedException.class);
  }
}
