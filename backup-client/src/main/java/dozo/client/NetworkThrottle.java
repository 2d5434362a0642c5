package dozo.client;

import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * How fast bytes may go over the network, by the time of day. All backups that share it together go
 * no faster.
 *
 * <p>Safe for use by several threads.
 */
public final class NetworkThrottle {

  /** Slower, and a server would take a session for dead that waits for its turn. */
  public static final long LOWEST_RATE = 64 << 10;

  /** As fast as it goes. */
  public static final NetworkThrottle UNLIMITED =
      new NetworkThrottle(List.of(), Clock.system(ZoneId.systemDefault()));

  /** How long one wait is, before it is asked whether to go on waiting. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private static final long NANOS_A_SECOND = Duration.ofSeconds(1).toNanos();

  private final List<Limit> limits;
  private final Clock clock;

  /** When the bytes that were let through so far will have gone, by the system's nano time. */
  private long busyUntil = System.nanoTime();

  /**
   * A limit for some hours of each day.
   *
   * @param from when it begins
   * @param to when it ends; before {@code from} if that is on the next day, equal for the whole day
   * @param bytesPerSecond at least {@link #LOWEST_RATE}
   */
  public record Limit(LocalTime from, LocalTime to, long bytesPerSecond) {

    /** Checks the rate. */
    public Limit {
      if (bytesPerSecond < LOWEST_RATE) {
        throw new IllegalArgumentException(
            "A limit is 64 KiB a second or more, not " + bytesPerSecond);
      }
    }

    boolean holdsAt(LocalTime time) {
      if (from.isBefore(to)) {
        return !time.isBefore(from) && time.isBefore(to);
      }
      return from.equals(to) || !time.isBefore(from) || time.isBefore(to);
    }
  }

  /**
   * Makes a throttle.
   *
   * @param limits the first that holds at a time counts; where none holds, nothing is limited
   * @param clock whose time of day counts
   */
  public NetworkThrottle(List<Limit> limits, Clock clock) {
    this.limits = List.copyOf(limits);
    this.clock = clock;
  }

  /** The limit now. */
  OptionalLong rate() {
    LocalTime now = LocalTime.now(clock);
    return limits.stream()
        .filter(limit -> limit.holdsAt(now))
        .mapToLong(Limit::bytesPerSecond)
        .findFirst();
  }

  /**
   * Waits until bytes may be sent.
   *
   * @param givenUp whether not to wait any longer
   */
  void await(long bytes, BooleanSupplier givenUp) throws InterruptedIOException {
    OptionalLong rate = rate();
    if (rate.isEmpty()) {
      return;
    }
    long begin = reserve(bytes, rate.getAsLong());
    try {
      long left = begin - System.nanoTime();
      while (left > 0 && !givenUp.getAsBoolean()) {
        TimeUnit.NANOSECONDS.sleep(Math.min(left, LOOK_NANOS));
        left = begin - System.nanoTime();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (InterruptedIOException)
          new InterruptedIOException("Interrupted while waiting to send").initCause(e);
    }
  }

  /** Takes the next stretch of time, and returns when it begins. */
  private synchronized long reserve(long bytes, long rate) {
    long now = System.nanoTime();
    long begin = busyUntil - now > 0 ? busyUntil : now;
    busyUntil = begin + Math.multiplyExact(bytes, NANOS_A_SECOND) / rate;
    return begin;
  }
}
