package dozo.protocol.client;

import dozo.protocol.Protocol;
import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What may be asked for at a time over one connection: docs/protocol.md §7 bounds the requests and
 * the bytes of their answers, and with them what an answer can make us hold.
 *
 * <p>Safe for use by several threads.
 */
final class ReadAllowance {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition returned = lock.newCondition();
  private int requests = Protocol.MAXIMUM_READS;
  private long bytes = Protocol.MAXIMUM_READ_BYTES;

  /** Waits until a request with an answer of so many bytes may be sent. */
  void take(long answerBytes) throws IOException {
    lock.lock();
    try {
      while (!tryTake(answerBytes)) {
        returned.await();
      }
    } catch (InterruptedException e) {
      throw Answer.interrupted();
    } finally {
      lock.unlock();
    }
  }

  /** Takes what a request needs if it is there. */
  boolean tryTake(long answerBytes) {
    lock.lock();
    try {
      if (requests == 0 || bytes < answerBytes) {
        return false;
      }
      requests--;
      bytes -= answerBytes;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Gives back what a request took. */
  void give(long answerBytes) {
    lock.lock();
    try {
      requests++;
      bytes += answerBytes;
      returned.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
