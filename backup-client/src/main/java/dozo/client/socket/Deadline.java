package dozo.client.socket;

import java.time.Duration;

/** An instant by which something has to be done, by a clock that nobody sets. */
public final class Deadline {
  private final long endNanos;

  private Deadline(long endNanos) {
    this.endNanos = endNanos;
  }

  /** The instant that comes after a while, a century at the most. */
  public static Deadline in(Duration limit) {
    return new Deadline(System.nanoTime() + limit.toNanos());
  }

  /** How long there is still; zero or less if it has passed. */
  public Duration left() {
    return Duration.ofNanos(endNanos - System.nanoTime());
  }

  /** Whether it has passed. */
  public boolean hasPassed() {
    return endNanos - System.nanoTime() <= 0;
  }

  /** This one, or the other if that comes earlier. */
  public Deadline orEarlier(Deadline other) {
    return other.endNanos - endNanos < 0 ? other : this;
  }
}
