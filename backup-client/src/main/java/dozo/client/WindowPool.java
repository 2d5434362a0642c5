package dozo.client;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a backup that deduplicates at the source: what was announced and not yet answered.
 * On a distant link that is much, on a near one a few windows are used again and again.
 *
 * <p>May be used by several threads.
 */
final class WindowPool {

  /**
   * Ten times the data that a link of 1 Gbit/s carries in a round trip of 150 ms, and in the 50 ms
   * that both ends take: so much can be known already and has to be on its way to be asked about.
   */
  private static final long TOTAL_BYTES = 256L << 20;

  private static final int POLL_MILLIS = 100;

  private final int windowBytes;
  private final int maximum;
  private final AtomicInteger made = new AtomicInteger();
  private final BlockingQueue<Window> free;

  /**
   * Makes an empty pool.
   *
   * @param windowBytes the length of a window
   */
  WindowPool(int windowBytes) {
    this.windowBytes = windowBytes;
    this.maximum = (int) Math.max(2 * Push.SENDERS, TOTAL_BYTES / windowBytes);
    this.free = new ArrayBlockingQueue<>(maximum);
  }

  /**
   * Takes a window, waiting until there is one. The caller is its only user.
   *
   * @param givenUp says whether to wait no longer
   * @return null if it was given up
   */
  @Nullable Window take(BooleanSupplier givenUp) throws InterruptedException {
    Window window = free.poll();
    if (window == null && made.get() < maximum) {
      if (made.getAndIncrement() < maximum) {
        return new Window(this, new byte[windowBytes]).use();
      }
      made.decrementAndGet();
    }
    while (window == null && !givenUp.getAsBoolean()) {
      window = free.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
    }
    return window == null ? null : window.use();
  }

  void give(Window window) {
    if (!free.offer(window)) {
      throw new IllegalStateException("More windows come back than were taken");
    }
  }
}
