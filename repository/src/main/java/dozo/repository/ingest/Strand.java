package dozo.repository.ingest;

import dozo.repository.work.WorkPool;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the tasks of one stream in order, one at a time, on the threads of a pool. A task that needs
 * memory waits for the budget without holding a thread, and those behind it wait with it; urgent
 * tasks pass them.
 *
 * <p>Safe for use by several threads.
 */
final class Strand {

  private static final Logger log = LoggerFactory.getLogger(Strand.class);

  /** After so many tasks the thread goes to others that wait. */
  private static final int TURN = 4;

  private record Task(long bytes, Runnable action) {}

  private final WorkPool pool;
  private final MemoryBudget budget;
  private final ArrayDeque<Task> tasks = new ArrayDeque<>();
  private final ArrayDeque<Runnable> urgent = new ArrayDeque<>();

  /** Whether a thread is at work, or has been asked for. */
  private boolean running;

  /** Whether the first task waits for the budget. */
  private boolean waiting;

  /** Whether the budget has given the first task what it needs. */
  private boolean granted;

  Strand(WorkPool pool, MemoryBudget budget) {
    this.pool = pool;
    this.budget = budget;
  }

  /**
   * Runs a task after all those before it.
   *
   * @param bytes what it takes from the budget while it runs
   */
  synchronized void submit(long bytes, Runnable action) {
    tasks.add(new Task(bytes, action));
    if (!waiting) {
      start();
    }
  }

  /** Runs a task between two others, soon. It needs no memory. */
  synchronized void submitUrgent(Runnable action) {
    urgent.add(action);
    start();
  }

  private void start() {
    if (!running) {
      running = true;
      pool.execute(this::run);
    }
  }

  private void run() {
    for (int i = 0; i < TURN; i++) {
      Task task = next();
      if (task == null) {
        return;
      }
      try {
        task.action.run();
      } catch (Throwable e) {
        log.error("A task of a stream failed that must not", e);
      } finally {
        if (task.bytes > 0) {
          budget.give(task.bytes);
        }
      }
    }
    pool.execute(this::run);
  }

  /** Returns what to do next, or null after having noted that no thread is at work. */
  private synchronized @Nullable Task next() {
    Runnable first = urgent.poll();
    if (first != null) {
      return new Task(0, first);
    }
    Task head = tasks.peek();
    if (head != null && !waiting) {
      if (head.bytes == 0 || granted || budget.take(head.bytes, this::grant)) {
        granted = false;
        return tasks.remove();
      }
      waiting = true;
    }
    running = false;
    return null;
  }

  private synchronized void grant() {
    waiting = false;
    granted = true;
    start();
  }
}
