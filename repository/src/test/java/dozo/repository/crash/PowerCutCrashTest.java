package dozo.repository.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class PowerCutCrashTest {

  /** The long form is documented in {@code docs/durability.md}. */
  private static final int POINTS = Integer.getInteger("dozo.crash.points", 2_000);

  private static final long FIRST_SEED = Rerun.SEED;
  private static final int WORKERS = Math.min(4, Runtime.getRuntime().availableProcessors());

  private final AtomicLong nextSeed = new AtomicLong(FIRST_SEED);
  private final AtomicInteger points = new AtomicInteger();
  private volatile boolean failed;
  private final long begun = System.nanoTime();

  @Test
  void keepsEveryPromiseThroughAPowerCutAtEveryPoint() throws Exception {
    List<Callable<Boolean>> workers = new ArrayList<>();
    for (int i = 0; i < WORKERS; i++) {
      workers.add(this::playSeeds);
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(WORKERS)) {
      for (Future<Boolean> worker : pool.invokeAll(workers)) {
        worker.get();
      }
    }
    System.out.printf(
        "Power cuts: %,d points of %,d seeds in %,d s, none failed%n",
        points.get(), nextSeed.get() - FIRST_SEED, seconds());
    assertThat(points.get()).isGreaterThanOrEqualTo(POINTS);
  }

  /** Plays one seed after another; all of its points, since the last are the deepest. */
  private boolean playSeeds() throws Exception {
    while (points.get() < POINTS && !failed) {
      PowerCuts cuts = new PowerCuts(nextSeed.getAndIncrement(), Step.ALL);
      try {
        cuts.run();
      } catch (IOException | RuntimeException | Error e) {
        failed = true;
        throw e;
      }
      System.out.printf(
          "Power cuts: seed %d, %,d points, %,d in all after %,d s%n",
          cuts.seed(), cuts.points(), points.addAndGet(cuts.points()), seconds());
    }
    return true;
  }

  private long seconds() {
    return (System.nanoTime() - begun) / 1_000_000_000;
  }
}
