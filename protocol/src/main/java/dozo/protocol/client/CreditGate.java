package dozo.protocol.client;

import dozo.protocol.Protocol;
import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a stream may still send. The sender waits here, so that a server that is slow slows whoever
 * reads the disk and nothing piles up between them.
 *
 * <p>Safe for use by several threads.
 */
final class CreditGate {

  private static final int RUNS_SHARE = 8;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final long window;
  private long credit;

  /** What is held by announced runs that are not yet answered, or wanted and not yet sent. */
  private long runsCredit;

  private @Nullable IOException failure;

  CreditGate(long initialBytes) {
    this.window = initialBytes;
    this.credit = initialBytes;
  }

  /**
   * Takes the credit for a DATA frame. It waits for half the window rather than send a small frame
   * for each small return of credit.
   *
   * @param wanted how many bytes of disk there are to send, at least 1
   * @return how many of them the frame may carry, at least 1
   * @throws IOException why nothing can be sent any more
   */
  int takeForData(int wanted) throws IOException {
    long enough =
        Math.max(Protocol.MINIMUM_COST_BYTES, Math.min(Protocol.dataCost(wanted), window / 2));
    lock.lock();
    try {
      awaitCredit(enough);
      int granted =
          (int)
              Math.min(wanted, Math.min(credit, Integer.MAX_VALUE) - Protocol.DATA_OVERHEAD_BYTES);
      credit -= Protocol.dataCost(granted);
      return granted;
    } finally {
      lock.unlock();
    }
  }

  /** Takes the credit for a ZERO frame. */
  void takeForZero() throws IOException {
    lock.lock();
    try {
      awaitCredit(Protocol.MINIMUM_COST_BYTES);
      credit -= Protocol.MINIMUM_COST_BYTES;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes the credit for an announcement of runs. All that the client has yet to do its part for
   * hold no more than {@link #runsShareBytes}, so that there is always credit for doing it.
   *
   * @param cost up to the share
   */
  void takeForRuns(int cost) throws IOException {
    lock.lock();
    try {
      await(() -> credit >= cost && runsCredit + cost <= runsShareBytes());
      credit -= cost;
      runsCredit += cost;
    } finally {
      lock.unlock();
    }
  }

  /** Notes that the server gives credit of announcements back without another frame of ours. */
  void settleRuns(long cost) {
    lock.lock();
    try {
      runsCredit -= cost;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes the credit for a frame with what is wanted. What announcements may yet use is left to
   * them: they go out while much is under way, and the next answers are there before it has
   * arrived.
   *
   * @param cost up to half the window
   */
  void takeForWanted(int cost) throws IOException {
    lock.lock();
    try {
      // A server keeps back what it owes while half the window is left.
      await(() ->
          credit >= cost && credit >= Math.min(cost + runsShareBytes() - runsCredit, window / 2));
      credit -= cost;
    } finally {
      lock.unlock();
    }
  }

  /** What announcements may hold, in bytes of credit. */
  long runsShareBytes() {
    return Math.max(Protocol.MINIMUM_COST_BYTES, window / RUNS_SHARE);
  }

  /** What the stream could send at first, in bytes. */
  long windowBytes() {
    return window;
  }

  private void awaitCredit(long enough) throws IOException {
    await(() -> credit >= enough);
  }

  private void await(BooleanSupplier enough) throws IOException {
    while (failure == null && !enough.getAsBoolean()) {
      try {
        changed.await();
      } catch (InterruptedException e) {
        throw Answer.interrupted();
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Checks that something may still be sent, without taking anything. */
  void check() throws IOException {
    lock.lock();
    try {
      if (failure != null) {
        throw failure;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Why nothing can be sent any more; null while it can. */
  @Nullable IOException failure() {
    lock.lock();
    try {
      return failure;
    } finally {
      lock.unlock();
    }
  }

  /** Gives more. */
  void give(long bytes) {
    lock.lock();
    try {
      credit = credit + bytes < 0 ? Long.MAX_VALUE : credit + bytes;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Wakes whoever waits: nothing can be sent any more. The first cause holds. */
  void fail(IOException cause) {
    lock.lock();
    try {
      if (failure == null) {
        failure = cause;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
