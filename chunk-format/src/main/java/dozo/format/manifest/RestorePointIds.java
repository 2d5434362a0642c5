package dozo.format.manifest;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;

/**
 * Makes ids for restore points: UUIDs of version 7 (RFC 9562, §6.2 method 1), each greater than the
 * one before, even if the clock stands still or goes back.
 *
 * <p>Safe for use by several threads.
 */
public final class RestorePointIds {

  private static final long COUNTER_MASK = 0xfff;
  private static final long LARGEST_MILLISECOND = (1L << 48) - 1;

  private final Clock clock;
  private final SecureRandom random;

  /** The milliseconds since 1970 in the upper bits, a counter in the lower 12. */
  private long last;

  /** Makes a source of ids. */
  public RestorePointIds(Clock clock, SecureRandom random) {
    this.clock = clock;
    this.random = random;
  }

  /**
   * Lets all ids from now on be greater than this one. To be told every id that is there at start,
   * lest a clock that was set back make new restore points look old.
   */
  public synchronized void follow(RestorePointId id) {
    long most = id.uuid().getMostSignificantBits();
    last = Math.max(last, (most >>> 16 << 12) | (most & COUNTER_MASK));
  }

  /** Makes the next id. */
  public synchronized RestorePointId next() {
    long now = Math.clamp(clock.millis(), 0, LARGEST_MILLISECOND);
    // Half of the counter is left for ids that are made within one millisecond.
    long fresh = (now << 12) | (random.nextLong() & (COUNTER_MASK >> 1));
    last = fresh > last ? fresh : last + 1;
    long most = (last >>> 12 << 16) | 0x7000 | (last & COUNTER_MASK);
    long least = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    return new RestorePointId(new UUID(most, least));
  }
}
