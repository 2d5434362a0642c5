package dozo.mount.read;

import java.util.function.BooleanSupplier;

/**
 * Counts the loads that readers wait for, so that others can keep out of their way.
 *
 * <p>Safe for use by many threads.
 */
final class LoadsUnderWay {
  /** How often someone who waits looks whether he still has to. */
  private static final long LOOK_MILLIS = 100;

  private int count;

  synchronized void begin() {
    count++;
  }

  synchronized void end() {
    count--;
    if (count == 0) {
      notifyAll();
    }
  }

  /**
   * Waits for a moment in which there is none.
   *
   * @param unless ends the waiting
   */
  synchronized void awaitNone(BooleanSupplier unless) throws InterruptedException {
    while (count > 0 && !unless.getAsBoolean()) {
      wait(LOOK_MILLIS);
    }
  }
}
