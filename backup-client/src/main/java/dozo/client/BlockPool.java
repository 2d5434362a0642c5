package dozo.client;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

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

  BlockPool(int blocks) {
    free = new ArrayBlockingQueue<>(blocks);
    for (int i = 0; i < blocks; i++) {
      free.add(ByteBuffer.allocateDirect(BLOCK_BYTES));
    }
  }

  /** Takes an empty buffer, waiting until there is one. */
  ByteBuffer take() throws InterruptedException {
    return free.take().clear();
  }

  /** Takes a buffer back. */
  void give(ByteBuffer buffer) {
    if (!free.offer(buffer)) {
      throw new IllegalStateException("More buffers come back than were taken");
    }
  }
}
