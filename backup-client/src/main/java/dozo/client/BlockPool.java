package dozo.client;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;

/**
 * A fixed number of buffers of one block each: the most of a backup's data that is in memory on its
 * way from the disks to the network.
 *
 * <p>May be used by several threads.
 */
final class BlockPool {

  /** The bytes in a buffer, which is also the most that one DATA frame carries. */
  static final int BLOCK_BYTES = 1 << 20;

  private final BlockingQueue<ByteBuffer> free;
  private final LongAdder waitedNanos = new LongAdder();

  BlockPool(int blocks) {
    free = new ArrayBlockingQueue<>(blocks);
    for (int i = 0; i < blocks; i++) {
      free.add(ByteBuffer.allocateDirect(BLOCK_BYTES));
    }
  }

  /** Takes an empty buffer, waiting until there is one. */
  ByteBuffer take() throws InterruptedException {
    ByteBuffer buffer = free.poll();
    if (buffer == null) {
      long begin = System.nanoTime();
      buffer = free.take();
      waitedNanos.add(System.nanoTime() - begin);
    }
    return buffer.clear();
  }

  /** How long buffers were waited for: so long the network had all of them. */
  long waitedNanos() {
    return waitedNanos.sum();
  }

  /** Takes a buffer back. */
  void give(ByteBuffer buffer) {
    if (!free.offer(buffer)) {
      throw new IllegalStateException("More buffers come back than were taken");
    }
  }
}
