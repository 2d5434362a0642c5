package dozo.cli.console;

import java.time.Duration;
import java.util.Optional;

/** How fast a command goes, from the beginning of its display. */
final class Pace {

  private final long beginNanos = System.nanoTime();
  private final long intervalNanos;
  private long dueNanos;
  private long firstBytes = -1;

  /** Begins to count; {@link #isDue} then says yes once an interval. */
  Pace(Duration interval) {
    intervalNanos = interval.toNanos();
    dueNanos = beginNanos + intervalNanos;
  }

  /** Whether an interval has passed since it last was due. */
  boolean isDue() {
    long now = System.nanoTime();
    if (now - dueNanos < 0) {
      return false;
    }
    dueNanos = now + intervalNanos;
    return true;
  }

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - beginNanos);
  }

  /** Bytes a second, of what was done since the display began. */
  double rate(long doneBytes) {
    if (firstBytes < 0) {
      firstBytes = doneBytes;
    }
    return (doneBytes - firstBytes) / Math.max(0.001, elapsed().toMillis() / 1000.0);
  }

  /** The time that is left at this rate; empty as long as nobody can say. */
  Optional<Duration> left(long doneBytes, long totalBytes) {
    double rate = rate(doneBytes);
    if (rate < 1 || totalBytes <= 0 || elapsed().toMillis() < 1000) {
      return Optional.empty();
    }
    return Optional.of(Duration.ofMillis(Math.round((totalBytes - doneBytes) * 1000.0 / rate)));
  }
}
