package dozo.server.session;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Arrays that bytes of disk are copied into on their way from the network to the engine. How many
 * are in use is bounded by credit; the pool only keeps some from being made anew.
 *
 * <p>Safe for use by several threads.
 */
final class BufferPool {

  /**
   * Half of what G1 takes for a humongous object in the smallest heap that the server is meant for.
   */
  static final int BUFFER_BYTES = 256 << 10;

  private final Queue<byte[]> idle = new ConcurrentLinkedQueue<>();
  private final AtomicInteger room;

  /**
   * Makes an empty pool.
   *
   * @param maximumIdle how many arrays it keeps
   */
  BufferPool(int maximumIdle) {
    room = new AtomicInteger(maximumIdle);
  }

  /** Hands out an array of {@value #BUFFER_BYTES} bytes with arbitrary content. */
  byte[] take() {
    byte[] buffer = idle.poll();
    if (buffer == null) {
      return new byte[BUFFER_BYTES];
    }
    room.incrementAndGet();
    return buffer;
  }

  /** Takes an array back that nobody uses any more. */
  void give(byte[] buffer) {
    if (room.getAndDecrement() > 0) {
      idle.add(buffer);
    } else {
      room.incrementAndGet();
    }
  }
}
