package dozo.client;

import java.util.concurrent.atomic.AtomicInteger;

/** Bytes of a disk that stay in memory until the server has said whether it wants them. */
final class Window {

  private final WindowPool pool;
  private final byte[] bytes;
  private final AtomicInteger users = new AtomicInteger();

  Window(WindowPool pool, byte[] bytes) {
    this.pool = pool;
    this.bytes = bytes;
  }

  byte[] bytes() {
    return bytes;
  }

  /** Notes another user. */
  Window use() {
    users.incrementAndGet();
    return this;
  }

  /** A user is done; the last one gives the bytes back. */
  void release() {
    if (users.decrementAndGet() == 0) {
      pool.give(this);
    }
  }
}
