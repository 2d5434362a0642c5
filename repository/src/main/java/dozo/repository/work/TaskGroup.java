package dozo.repository.work;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tasks that several threads work on, of whom one waits for the end of all. */
final class TaskGroup {

  private final List<WorkPool.Task> tasks;
  private int next;
  private int running;
  private @Nullable Throwable failure;

  TaskGroup(List<WorkPool.Task> tasks) {
    this.tasks = List.copyOf(tasks);
  }

  /** Takes tasks until none is left or one has failed. A thread that comes late does nothing. */
  void work() {
    for (WorkPool.Task task = begin(); task != null; task = begin()) {
      Throwable thrown = null;
      try {
        task.run();
      } catch (Throwable e) {
        thrown = e;
      }
      end(thrown);
    }
  }

  private synchronized WorkPool.@Nullable Task begin() {
    if (next == tasks.size() || failure != null) {
      return null;
    }
    running++;
    return tasks.get(next++);
  }

  private synchronized void end(@Nullable Throwable thrown) {
    running--;
    if (failure == null) {
      failure = thrown;
    } else if (thrown != null && !thrown.equals(failure)) {
      failure.addSuppressed(thrown);
    }
    notifyAll();
  }

  /**
   * Waits for what runs. An interrupt does not end the waiting, since the tasks use what belongs to
   * the caller.
   */
  synchronized void await() throws IOException {
    boolean interrupted = false;
    while (running > 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    switch (failure) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }
}
