package dozo.mount.overlay;

import dozo.format.Fault;
import dozo.format.NoSpaceException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much all disks of an overlay may hold together.
 *
 * <p>Safe for use by many threads.
 */
final class SpaceLimit {
  private final long maximumBytes;
  private final AtomicLong used = new AtomicLong();

  SpaceLimit(long maximumBytes) {
    this.maximumBytes = maximumBytes;
  }

  long usedBytes() {
    return used.get();
  }

  long maximumBytes() {
    return maximumBytes;
  }

  /** Counts what is there already, whatever the limit. */
  void add(long bytes) {
    used.addAndGet(bytes);
  }

  /**
   * Takes room, or none.
   *
   * @throws NoSpaceException if there is not enough
   */
  void take(long bytes) throws NoSpaceException {
    long now = used.addAndGet(bytes);
    if (bytes > 0 && now > maximumBytes) {
      used.addAndGet(-bytes);
      throw new NoSpaceException(
          Fault.of("The overlay has reached its limit")
              .expected("at most " + maximumBytes + " bytes of data")
              .actual(now)
              .cure("mount it again with a larger --overlay-limit; what was written is kept"));
    }
  }
}
