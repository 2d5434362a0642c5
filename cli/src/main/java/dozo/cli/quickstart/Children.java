package dozo.cli.quickstart;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * Processes that are to end with this one: each is asked to end, the last started first, and killed
 * if it does not.
 *
 * <p>Safe for use by several threads.
 */
public final class Children implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 40;

  private final Deque<Process> processes = new ArrayDeque<>();
  private boolean closed;

  /** Begins with none. */
  public Children() {}

  /** Takes care of a process, and returns it. */
  public synchronized Process add(Process process) {
    if (closed) {
      process.destroy();
    }
    processes.push(process);
    return process;
  }

  /** Ends all of them and waits until they have ended. May be called more than once. */
  @Override
  public synchronized void close() {
    closed = true;
    while (!processes.isEmpty()) {
      end(processes.pop());
    }
  }

  private static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
