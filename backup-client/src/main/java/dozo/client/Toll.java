package dozo.client;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** Lets the bytes of one backup onto the network when its throttle does, and counts them. */
record Toll(NetworkThrottle throttle, BooleanSupplier givenUp, AtomicLong sentBytes) {

  /** Waits until so many bytes may go. */
  void await(long bytes) throws IOException {
    throttle.await(bytes, givenUp);
  }

  /** Counts bytes that have gone. */
  void count(long bytes) {
    sentBytes.addAndGet(bytes);
  }

  /** Waits until so many bytes may go, and counts them. */
  void pay(long bytes) throws IOException {
    await(bytes);
    count(bytes);
  }
}
