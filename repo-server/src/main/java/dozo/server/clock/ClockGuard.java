package dozo.server.clock;

import dozo.format.manifest.StateEntry;
import dozo.repository.state.StateStore;
import dozo.server.health.Warning;
import dozo.server.health.WarningSource;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Believes the clock, or not.
 *
 * <p>Safe for use by several threads. It compares whenever it is asked, and {@link ClockWatch} has
 * it {@link #look} every so often besides.
 */
public final class ClockGuard implements WarningSource {

  /** Clocks of a well-kept host differ by less. */
  static final Duration TOLERANCE = Duration.ofMinutes(5);

  private static final Logger log = LoggerFactory.getLogger(ClockGuard.class);

  /** How far behind the latest time may be that is on disk. */
  private static final Duration NOTED_EVERY = Duration.ofMinutes(10);

  private final StateStore state;
  private final UUID repository;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Duration furthest;
  private Instant latest;
  private Instant noted;
  private @Nullable ClockDoubt doubt;

  /** What the two clocks showed when the one was believed last by what an admin says. */
  private Instant baseWall;

  private long baseNanos;

  private ClockGuard(
      StateStore state,
      UUID repository,
      InstantSource clock,
      LongSupplier nanoTime,
      Duration furthest,
      ClockJson.Seen seen) {
    this.state = state;
    this.repository = repository;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.furthest = furthest;
    this.latest = seen.latest();
    this.noted = seen.latest();
    this.doubt = seen.doubt().orElse(null);
    this.baseWall = clock.instant();
    this.baseNanos = nanoTime.getAsLong();
  }

  /**
   * Reads what is remembered, and compares the clock with it.
   *
   * @param repository the repository's id
   * @param known the latest time that is known where nothing is remembered, such as that of the
   *     newest restore point
   * @param clock that is to be believed or not
   * @param nanoTime a clock that nobody sets
   * @param furthest how far forward it may go while the server is off, or jump while it runs
   * @throws IOException if what is remembered cannot be read, since it cannot be known then whether
   *     the clock may be believed
   */
  public static ClockGuard open(
      StateStore state,
      UUID repository,
      Optional<Instant> known,
      InstantSource clock,
      LongSupplier nanoTime,
      Duration furthest)
      throws IOException {
    Optional<StateEntry> entry = state.find(ClockJson.KIND, repository);
    Instant now = clock.instant();
    ClockJson.Seen seen;
    if (entry.isPresent()) {
      try {
        seen = ClockJson.read(entry.get());
      } catch (IllegalArgumentException e) {
        throw new IOException("What is remembered of the clock cannot be read", e);
      }
    } else {
      // How long nobody looked is not known, so that only a time of the past is odd.
      Instant latest = known.filter(at -> at.minus(TOLERANCE).isAfter(now)).orElse(now);
      seen = new ClockJson.Seen(latest, Optional.empty());
    }
    ClockGuard guard = new ClockGuard(state, repository, clock, nanoTime, furthest, seen);
    guard.compare(now, Duration.between(seen.latest(), now));
    guard.note();
    return guard;
  }

  /** Compares the clock with the one that nobody sets. */
  public synchronized void look() {
    Instant now = clock.instant();
    Duration ran = Duration.ofNanos(nanoTime.getAsLong() - baseNanos);
    try {
      boolean believed = doubt == null;
      compare(now, Duration.between(baseWall.plus(ran), now));
      if (believed != (doubt == null)
          || Duration.between(noted, latest).compareTo(NOTED_EVERY) >= 0) {
        note();
      }
    } catch (IOException e) {
      log.error("What the clock shows cannot be noted", e);
    }
  }

  private synchronized void compare(Instant now, Duration jump) {
    if (doubt != null) {
      return;
    }
    boolean isBack = jump.compareTo(TOLERANCE.negated()) < 0;
    if (isBack || jump.compareTo(furthest) > 0) {
      doubt = new ClockDoubt(latest, now);
      log.error("The clock jumped by={} text=\"{}\"", jump, doubt.text());
    } else if (now.isAfter(latest)) {
      latest = now;
    }
  }

  /** Why the clock, which it looks at once more, is not believed; empty if it is. */
  public synchronized Optional<ClockDoubt> doubt() {
    look();
    return Optional.ofNullable(doubt);
  }

  @Override
  public List<Warning> warnings(Instant now) {
    return doubt().stream().map(ClockGuard::warning).toList();
  }

  private static Warning warning(ClockDoubt doubt) {
    return new Warning(
        Warning.Kind.CLOCK,
        doubt.text(),
        Optional.of(doubt.shown()),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * Believes the clock from now on.
   *
   * @param jumpedTo the jump that is looked at
   * @return false if it is believed already, or has jumped again
   * @throws IOException if that cannot be noted; it is not believed then
   */
  public synchronized boolean confirm(Instant jumpedTo) throws IOException {
    if (doubt == null || !doubt.shown().equals(jumpedTo)) {
      return false;
    }
    Instant now = clock.instant();
    state.put(ClockJson.write(repository, new ClockJson.Seen(now, Optional.empty())));
    doubt = null;
    latest = now;
    noted = now;
    baseWall = now;
    baseNanos = nanoTime.getAsLong();
    log.info("The clock was confirmed now={}", now);
    return true;
  }

  /** Whether that is what the clock shows, as far as two clocks agree. */
  public boolean shows(Instant time) {
    return Duration.between(time, clock.instant()).abs().compareTo(TOLERANCE) <= 0;
  }

  /** Notes on disk what was seen. */
  synchronized void note() throws IOException {
    state.put(ClockJson.write(repository, new ClockJson.Seen(latest, Optional.ofNullable(doubt))));
    noted = latest;
  }

  /**
   * A clock that never goes back behind what was seen: by this what has expired stays expired.
   *
   * @param zone of the clock
   */
  public Clock neverBack(ZoneId zone) {
    InstantSource source = this::atLeastLatest;
    return source.withZone(zone);
  }

  private synchronized Instant atLeastLatest() {
    Instant now = clock.instant();
    return now.isBefore(latest) ? latest : now;
  }
}
