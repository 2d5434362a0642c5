package dozo.repository.ingest;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Bounds the bytes that are taken in and not yet written.
 *
 * <p>Asking never blocks: who does not get room at once is told later, in the order of asking. One
 * request larger than the whole budget is granted when nothing else is held, so that none waits for
 * ever. Safe for use by several threads.
 */
final class MemoryBudget {

  private record Waiting(long bytes, Runnable granted) {}

  private final long limitBytes;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private long usedBytes;

  MemoryBudget(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /**
   * Takes room.
   *
   * @param granted runs on another thread when the room has been taken, if it is not there now
   * @return whether it was taken at once
   */
  synchronized boolean take(long bytes, Runnable granted) {
    if (waiting.isEmpty() && fits(bytes)) {
      usedBytes += bytes;
      return true;
    }
    waiting.add(new Waiting(bytes, granted));
    return false;
  }

  /** Takes room whether there is any or not, for what is in memory already. */
  synchronized void takeAnyway(long bytes) {
    usedBytes += bytes;
  }

  /** Gives room back. */
  void give(long bytes) {
    List<Runnable> granted = new ArrayList<>();
    synchronized (this) {
      usedBytes -= bytes;
      while (!waiting.isEmpty() && fits(waiting.peek().bytes)) {
        Waiting next = waiting.remove();
        usedBytes += next.bytes;
        granted.add(next.granted);
      }
    }
    granted.forEach(Runnable::run);
  }

  synchronized long usedBytes() {
    return usedBytes;
  }

  private boolean fits(long bytes) {
    return usedBytes == 0 || usedBytes + bytes <= limitBytes;
  }
}
