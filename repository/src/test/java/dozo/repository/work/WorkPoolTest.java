package dozo.repository.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class WorkPoolTest {

  private final WorkPool pool = new WorkPool(2);

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void runsAllAndReturnsWhenAllHaveEnded() throws IOException {
    AtomicInteger ran = new AtomicInteger();

    pool.runAll(Collections.nCopies(1_000, ran::incrementAndGet));

    assertThat(ran).hasValue(1_000);
  }

  @Test
  void throwsTheFirstFailureAndLeavesTheRestOut() throws Exception {
    // The caller alone does the tasks, in order: what others began would be a matter of time.
    CountDownLatch release = occupyThreads();
    AtomicInteger ran = new AtomicInteger();
    List<WorkPool.Task> tasks = new ArrayList<>();
    tasks.add(ran::incrementAndGet);
    tasks.add(() -> {
      throw new IOException("first");
    });
    tasks.addAll(Collections.nCopies(100, ran::incrementAndGet));

    assertThatThrownBy(() -> pool.runAll(tasks))
        .isInstanceOf(IOException.class)
        .hasMessage("first");
    assertThat(ran).hasValue(1);
    release.countDown();
  }

  /** Gives every thread of the pool something to do until the latch is counted down. */
  private CountDownLatch occupyThreads() throws InterruptedException {
    CountDownLatch busy = new CountDownLatch(2);
    CountDownLatch release = new CountDownLatch(1);
    for (int i = 0; i < 2; i++) {
      pool.execute(() -> {
        busy.countDown();
        awaitQuietly(release);
      });
    }
    busy.await();
    return release;
  }

  @Test
  void helpsTheCallerWhenEveryThreadIsBusy() throws Exception {
    CountDownLatch release = occupyThreads();
    AtomicInteger ran = new AtomicInteger();

    pool.runAll(Collections.nCopies(10, ran::incrementAndGet));

    assertThat(ran).hasValue(10);
    release.countDown();
  }

  @Test
  void goesOnAfterATaskThatThrows() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    pool.execute(() -> {
      throw new IllegalStateException("injected");
    });
    pool.execute(done::countDown);

    done.await();
    assertThat(done.getCount()).isZero();
  }

  @Test
  void runsUrgentTasksFirst() throws InterruptedException {
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    try (WorkPool single = new WorkPool(1)) {
      CountDownLatch release = new CountDownLatch(1);
      CountDownLatch done = new CountDownLatch(2);
      single.execute(() -> awaitQuietly(release));
      single.execute(() -> {
        order.add("later");
        done.countDown();
      });
      single.executeFirst(() -> {
        order.add("first");
        done.countDown();
      });
      release.countDown();
      done.await();
    }
    assertThat(order).isIn(List.of("first", "later"), List.of("later", "first"));
    assertThat(order.getFirst()).isEqualTo("first");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
