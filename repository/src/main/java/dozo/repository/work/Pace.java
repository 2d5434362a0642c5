package dozo.repository.work;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Holds work to a number of bytes a second, so that what runs beside backups leaves them the disk.
 * After a pause it may go faster for a second, no more.
 *
 * <p>Safe for use by several threads, which share the rate.
 */
public final class Pace {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long NAP = TimeUnit.MILLISECONDS.toNanos(50);

  private final long bytesPerSecond;
  private final StopSignal stop;

  /** When all that was taken so far is paid for, by {@link System#nanoTime}. */
  private long paidUntil = System.nanoTime();

  /**
   * Sets a pace.
   *
   * @param bytesPerSecond at least 1, or 0 for no bound
   * @param stop ends a wait
   */
  public Pace(long bytesPerSecond, StopSignal stop) {
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException("A rate is no less than 0, not " + bytesPerSecond);
    }
    this.bytesPerSecond = bytesPerSecond;
    this.stop = stop;
  }

  /**
   * Waits until so many bytes more may be read or written.
   *
   * @throws StopSignal.StoppedException if the work is to stop
   */
  public void take(long bytes) {
    awaitUntil(spend(bytes));
  }

  /**
   * Counts bytes without waiting, on threads that others need; {@link #await} makes up for it.
   *
   * @return when they are paid for, by {@link System#nanoTime}
   */
  public synchronized long spend(long bytes) {
    if (bytesPerSecond > 0) {
      paidUntil =
          Math.max(paidUntil, System.nanoTime() - SECOND) + (long) (bytes * 1e9 / bytesPerSecond);
    }
    return paidUntil;
  }

  /**
   * Waits until all bytes that were counted so far are paid for.
   *
   * @throws StopSignal.StoppedException if the work is to stop
   */
  public void await() {
    awaitUntil(spend(0));
  }

  private void awaitUntil(long until) {
    stop.check();
    if (bytesPerSecond == 0) {
      return;
    }
    for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(Math.min(left, NAP));
      stop.check();
    }
  }
}
