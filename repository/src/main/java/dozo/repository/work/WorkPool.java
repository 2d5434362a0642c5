package dozo.repository.work;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fixed number of platform threads, one a core, that take tasks from one queue.
 *
 * <p>A task that frees memory may go to the front ({@link #executeFirst}), so that what was taken
 * in is written before more is taken in. The queue itself has no bound: whoever adds to it bounds
 * what it has under way. Safe for use by several threads.
 */
public final class WorkPool implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WorkPool.class);

  /** Ends the thread that takes it. */
  private record Stop() implements Runnable {

    @Override
    public void run() {
      throw new IllegalStateException("A stop is taken, not run");
    }
  }

  private final LinkedBlockingDeque<Runnable> queue = new LinkedBlockingDeque<>();
  private final List<Thread> threads = new ArrayList<>();

  /** A task that does some input. */
  @FunctionalInterface
  public interface Task {

    /** Does the work. */
    void run() throws IOException;
  }

  /**
   * Starts the threads.
   *
   * @param size how many, at least 1
   */
  public WorkPool(int size) {
    if (size < 1) {
      throw new IllegalArgumentException("A pool has at least 1 thread, not " + size);
    }
    for (int i = 0; i < size; i++) {
      threads.add(Thread.ofPlatform().name("dozo-work-" + i).daemon().start(this::work));
    }
  }

  /** How many threads there are. */
  public int size() {
    return threads.size();
  }

  /**
   * Runs a task after those that wait. It must not throw, nor wait for another task but through
   * {@link #runAll}.
   */
  public void execute(Runnable task) {
    queue.addLast(task);
  }

  /** Runs a task before those that wait. */
  public void executeFirst(Runnable task) {
    queue.addFirst(task);
  }

  /**
   * Runs tasks on the pool's threads and on the calling one, and returns when all have ended. Once
   * one has failed, those not yet begun are left out. A task may call it too: the tasks that no
   * thread has begun are done by the caller, and it waits only for those that are under way, which
   * must not wait for anything.
   *
   * @throws IOException what the first task that failed threw
   */
  public void runAll(List<Task> tasks) throws IOException {
    TaskGroup group = new TaskGroup(tasks);
    for (int i = 0; i < Math.min(threads.size(), tasks.size() - 1); i++) {
      execute(group::work);
    }
    group.work();
    group.await();
  }

  private void work() {
    while (true) {
      try {
        Runnable task = queue.takeFirst();
        if (task instanceof Stop) {
          return;
        }
        task.run();
      } catch (InterruptedException e) {
        log.warn("A work thread was interrupted, which nothing here does");
      } catch (Throwable e) {
        log.error("A task failed that must not", e);
      }
    }
  }

  /**
   * Lets the running tasks end and stops the threads, without interrupting them, since that would
   * close the files that they read. Waiting tasks are dropped.
   */
  @Override
  public void close() {
    threads.forEach(thread -> queue.addFirst(new Stop()));
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
