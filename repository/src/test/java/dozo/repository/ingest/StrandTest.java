package dozo.repository.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.repository.work.WorkPool;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class StrandTest {

  private final WorkPool pool = new WorkPool(4);
  private final MemoryBudget budget = new MemoryBudget(100);
  private final Strand strand = new Strand(pool, budget);

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void runsTasksInOrderAndOneAtATime() throws InterruptedException {
    List<Integer> order = new ArrayList<>();
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger together = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(10_000);
    for (int i = 0; i < 10_000; i++) {
      int number = i;
      strand.submit(
          i % 3 == 0 ? 30 : 0,
          () -> {
            together.accumulateAndGet(inside.incrementAndGet(), Math::max);
            order.add(number);
            inside.decrementAndGet();
            done.countDown();
          });
    }
    done.await();

    assertThat(together).hasValue(1);
    assertThat(order).hasSize(10_000).isSorted();
  }

  @Test
  void waitsForMemoryWhileUrgentTasksPass() throws InterruptedException {
    budget.takeAnyway(100);
    CountDownLatch urgent = new CountDownLatch(1);
    CountDownLatch waiting = new CountDownLatch(2);
    strand.submit(50, waiting::countDown);
    strand.submit(0, waiting::countDown);
    strand.submitUrgent(urgent::countDown);

    urgent.await();
    assertThat(waiting.getCount()).isEqualTo(2);

    budget.give(100);
    waiting.await();
    CountDownLatch after = new CountDownLatch(1);
    strand.submit(0, after::countDown);
    after.await();
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  void goesOnAfterATaskThatThrows() throws InterruptedException {
    CountDownLatch after = new CountDownLatch(1);
    strand.submit(
        50,
        () -> {
          throw new IllegalStateException("injected");
        });
    strand.submit(60, after::countDown);

    after.await();
    assertThat(after.getCount()).isZero();
  }
}
