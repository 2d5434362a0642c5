package dozo.server.lease;

import dozo.protocol.LeaseSummary;
import dozo.server.auth.Scope;
import dozo.server.metrics.ServerMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns once a day of each lease that is older than a backup takes, and counts them. */
public final class LeaseWatch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LeaseWatch.class);

  /** No backup takes that long. */
  static final Duration OLD = Duration.ofHours(24);

  private static final Duration PERIOD = Duration.ofHours(24);

  /** The first look comes soon after the start: a server may be started every day. */
  private static final Duration FIRST = Duration.ofMinutes(1);

  private final LeaseStore leases;
  private final Clock clock;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("dozo-lease-watch").daemon().factory());

  private LeaseWatch(LeaseStore leases, Clock clock) {
    this.leases = leases;
    this.clock = clock;
  }

  /** Begins to look. */
  public static LeaseWatch start(LeaseStore leases, ServerMetrics metrics, Clock clock) {
    LeaseWatch watch = new LeaseWatch(leases, clock);
    metrics.gauge("dozo.leases", "Checkpoints that may be left", () -> watch.all().size());
    metrics.gauge(
        "dozo.leases.oldest.seconds",
        "The age of the oldest checkpoint that may be left",
        () -> watch.all().stream().findFirst().map(watch::age).orElse(Duration.ZERO).toSeconds());
    var _ =
        watch.thread.scheduleWithFixedDelay(
            watch::look, FIRST.toSeconds(), PERIOD.toSeconds(), TimeUnit.SECONDS);
    return watch;
  }

  private List<LeaseSummary> all() {
    return leases.list(Scope.EVERYTHING);
  }

  private Duration age(LeaseSummary lease) {
    return Duration.between(lease.since(), clock.instant());
  }

  private void look() {
    for (LeaseSummary lease : all()) {
      if (age(lease).compareTo(OLD) >= 0) {
        log.warn(
            "A checkpoint may be left lease={} vm={} name=\"{}\" host=\"{}\" kind={} object=\"{}\""
                + " since={}",
            lease.lease(),
            lease.vm().id(),
            lease.vm().name(),
            lease.vm().host(),
            lease.kind(),
            lease.object(),
            lease.since());
      }
    }
  }

  /** Stops looking. */
  @Override
  public void close() {
    thread.shutdown();
  }
}
