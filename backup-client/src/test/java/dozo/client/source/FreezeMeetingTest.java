package dozo.client.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FreezeMeetingTest {

  private static final Duration LONG = Duration.ofMinutes(5);

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void nobodyGoesOnBeforeAllStandStill() throws Exception {
    FreezeMeeting meeting = new FreezeMeeting(3);
    ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
    Callable<Void> machine =
        () -> {
          meeting.ready();
          events.add("freeze");
          meeting.frozen(LONG);
          events.add("cut");
          meeting.made(LONG);
          events.add("thaw");
          return null;
        };
    for (Future<Void> each : threads.invokeAll(List.of(machine, machine, machine))) {
      each.get();
    }
    assertThat(events)
        .containsExactly("freeze", "freeze", "freeze", "cut", "cut", "cut", "thaw", "thaw", "thaw");
  }

  @Test
  void aloneNobodyIsWaitedFor() throws IOException {
    FreezeMeeting meeting = FreezeMeeting.alone();
    meeting.ready();
    meeting.frozen(Duration.ZERO);
    meeting.made(Duration.ZERO);
  }

  @Test
  void oneThatLeavesKeepsNobodyWaiting() {
    FreezeMeeting meeting = new FreezeMeeting(2);
    Future<Void> waiting =
        threads.submit(() -> {
          meeting.ready();
          return null;
        });
    meeting.leave();
    assertThatThrownBy(waiting::get)
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("given up");
    assertThatThrownBy(() -> meeting.frozen(LONG)).hasMessageContaining("given up");
  }

  @Test
  void oneThatDoesNotComeInTimeEndsItForAll() {
    FreezeMeeting meeting = new FreezeMeeting(2);
    assertThatThrownBy(() -> meeting.frozen(Duration.ofMillis(1)))
        .hasMessageContaining("Not all machines");
    assertThatThrownBy(() -> meeting.frozen(LONG)).hasMessageContaining("given up");
  }

  @Test
  void anInterruptEndsItForAll() {
    FreezeMeeting meeting = new FreezeMeeting(2);
    Thread.currentThread().interrupt();
    assertThatThrownBy(meeting::ready).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThatThrownBy(meeting::ready).hasMessageContaining("given up");
  }

  @Test
  void leavingAfterwardsHarmsNobody() throws IOException {
    FreezeMeeting meeting = FreezeMeeting.alone();
    meeting.ready();
    meeting.leave();
  }
}
