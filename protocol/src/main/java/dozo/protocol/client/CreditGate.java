package dozo.protocol.client;

import dozo.protocol.Protocol;
import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a stream may still send. The sender waits here, so that a server that is slow slows whoever
 * reads the disk and nothing piles up between them.
 *
 * <p>Safe for use by several threads.
 */
final class CreditGate {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final long window;
  private long credit;
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
   * Takes the credit for a frame of another kind, unless too little would be left.
   *
   * @param windowShare what must be left, as a share of the window: 2 is half of it, 0 nothing
   */
  void take(int cost, int windowShare) throws IOException {
    lock.lock();
    try {
      awaitCredit(cost + (windowShare == 0 ? 0 : window / windowShare));
      credit -= cost;
    } finally {
      lock.unlock();
    }
  }

  /** What the stream could send at first, in bytes. */
  long windowBytes() {
    return window;
  }

  private void awaitCredit(long enough) throws IOException {
    while (failure == null && credit < enough) {
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
