package dozo.mount.fuse;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs failed requests, but not so many that a reader who keeps trying fills the disk. What is left
 * out is counted in the next line.
 */
final class FailureLog {
  private static final Logger log = LoggerFactory.getLogger(FailureLog.class);
  private static final long INTERVAL_NANOS = 1_000_000_000;

  private final LongSupplier nanoTime;
  private final AtomicLong next;
  private final AtomicLong suppressed = new AtomicLong();

  FailureLog(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.next = new AtomicLong(nanoTime.getAsLong());
  }

  /** Notes a failure; returns whether it was logged. */
  boolean failed(String request, Throwable cause) {
    long now = nanoTime.getAsLong();
    long due = next.get();
    if (now - due < 0 || !next.compareAndSet(due, now + INTERVAL_NANOS)) {
      suppressed.incrementAndGet();
      return false;
    }
    log.error(
        "a request failed and was answered with an error request={} notLoggedBefore={}",
        request,
        suppressed.getAndSet(0),
        cause);
    return true;
  }
}
