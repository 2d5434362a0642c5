package dozo.server.clock;

import dozo.server.audit.Actor;
import dozo.server.audit.AuditTrail;
import dozo.server.audit.Outcome;
import dozo.server.metrics.ServerMetrics;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the clock compared every second, and tells of jumps. */
public final class ClockWatch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ClockWatch.class);

  private final ClockGuard guard;
  private final Runnable jumped;
  private final AuditTrail audit;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("dozo-clock").daemon().factory());

  /** The last jump that the audit log was told of; for the thread only. */
  private Optional<ClockDoubt> told = Optional.empty();

  private ClockWatch(ClockGuard guard, Runnable jumped, AuditTrail audit) {
    this.guard = guard;
    this.jumped = jumped;
    this.audit = audit;
  }

  /**
   * Begins to compare.
   *
   * @param jumped is run after each jump
   */
  public static ClockWatch start(
      ClockGuard guard, Runnable jumped, AuditTrail audit, ServerMetrics metrics) {
    metrics.gauge(
        "dozo.clock.doubted",
        "1 while the clock has jumped and nobody has confirmed the time",
        () -> guard.doubt().isPresent() ? 1 : 0);
    ClockWatch watch = new ClockWatch(guard, jumped, audit);
    var _ = watch.thread.scheduleWithFixedDelay(watch::look, 0, 1, TimeUnit.SECONDS);
    return watch;
  }

  private void look() {
    try {
      guard.look();
      Optional<ClockDoubt> doubt = guard.doubt();
      if (doubt.isPresent() && !doubt.equals(told)) {
        jumped.run();
        audit.note(
            audit
                .event(Actor.SERVER, "clock-jump", Outcome.DONE)
                .with("latest", doubt.get().latest())
                .with("shown", doubt.get().shown()));
      }
      told = doubt;
    } catch (RuntimeException e) {
      log.error("The clock cannot be compared", e);
    }
  }

  /** Stops comparing, and notes what was seen. */
  @Override
  public void close() {
    thread.close();
    try {
      guard.note();
    } catch (IOException | RuntimeException e) {
      log.error("What the clock showed cannot be noted", e);
    }
  }
}
