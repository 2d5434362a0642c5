package dozo.client;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** Lets the bytes of one backup onto the network at its pace, and counts them. */
record Toll(Pace pace, BooleanSupplier givenUp, AtomicLong sentBytes) {

  /** Waits until so many bytes may go. */
  void await(long bytes) throws IOException {
    pace.await(bytes, givenUp);
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
