package dozo.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/**
 * Looks at the server's event loops many times a second, and notes one that waits in the same place
 * twice running. Time is no measure on a machine that is busy; a thread that waits for another is
 * found by its state.
 */
final class LoopWatchdog implements AutoCloseable {

  private static final String LOOPS = "dozo-network";

  /** Locks that many threads take and hold for a few instructions, by class and method. */
  private static final Map<String, String> BRIEF_LOCKS =
      Map.of(
          "io.netty.buffer.PoolArena", "lock",
          "dozo.repository.work.WorkPool", "execute");

  private static final int PERIOD_MILLISECONDS = 10;

  private final Queue<String> waits = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile boolean stopped;
  private int looks;

  LoopWatchdog() {
    thread = Thread.ofPlatform().name("watchdog").start(this::watch);
  }

  private void watch() {
    Map<Thread, String> before = new HashMap<>();
    while (!stopped) {
      Map<Thread, String> now = new HashMap<>();
      for (Map.Entry<Thread, StackTraceElement[]> each : Thread.getAllStackTraces().entrySet()) {
        Thread loop = each.getKey();
        if (loop.getName().startsWith(LOOPS) && isWaiting(loop) && !isBrief(each.getValue())) {
          String stack =
              Arrays.stream(each.getValue())
                  .map(StackTraceElement::toString)
                  .collect(Collectors.joining("\n  "));
          now.put(loop, stack);
          if (stack.equals(before.get(loop))) {
            waits.add(loop.getName() + " " + loop.getState() + "\n  " + stack);
          }
        }
      }
      before = now;
      looks++;
      try {
        Thread.sleep(PERIOD_MILLISECONDS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static boolean isWaiting(Thread thread) {
    return switch (thread.getState()) {
      case BLOCKED, WAITING, TIMED_WAITING -> true;
      case NEW, RUNNABLE, TERMINATED -> false;
    };
  }

  /** Who holds one of these may have lost its core, which is nobody's fault. */
  private static boolean isBrief(StackTraceElement[] stack) {
    return Arrays.stream(stack)
        .anyMatch(frame -> frame.getMethodName().equals(BRIEF_LOCKS.get(frame.getClassName())));
  }

  /** Stops, and fails if a loop has waited. */
  @Override
  public void close() {
    stopped = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertThat(looks).isGreaterThan(5);
    assertThat(waits).as("event loops that waited").isEmpty();
  }
}
