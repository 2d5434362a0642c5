package dozo.server.metrics;

import dozo.server.upkeep.JobListener;
import dozo.server.upkeep.UpkeepJob;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What upkeep does, so that one that fails, or has not run for long, can be told of. All series are
 * there from the start.
 */
public final class JobMetrics implements JobListener {

  private static final List<String> KINDS =
      List.of("prune", "sweep", "verify", "space", "commit-overlay", "export-overlay");

  private final Clock clock;
  private final Map<String, Counter> ended = new ConcurrentHashMap<>();
  private final Map<String, AtomicLong> lastSuccess = new ConcurrentHashMap<>();
  private final AtomicInteger running = new AtomicInteger();

  /** Makes the meters. */
  public JobMetrics(ServerMetrics metrics, Clock clock) {
    this.clock = clock;
    MeterRegistry registry = metrics.registry();
    for (String kind : KINDS) {
      for (String outcome : List.of("done", "failed")) {
        ended.put(
            kind + outcome,
            Counter.builder("dozo.jobs.ended")
                .description("Tasks of upkeep that ended")
                .tag("kind", kind)
                .tag("outcome", outcome)
                .register(registry));
      }
      AtomicLong last = new AtomicLong();
      lastSuccess.put(kind, last);
      Gauge.builder("dozo.jobs.last.success.timestamp.seconds", last, AtomicLong::get)
          .description("When such a task last ended well, in seconds since 1970; 0 for never")
          .tag("kind", kind)
          .register(registry);
    }
    metrics.gauge("dozo.jobs.running", "Tasks of upkeep that run", running::get);
  }

  @Override
  public void begun(UpkeepJob job) {
    running.incrementAndGet();
  }

  @Override
  public void ended(UpkeepJob job) {
    running.decrementAndGet();
    String kind = job.kind();
    Counter counter = ended.get(kind + (job.hasFailed() ? "failed" : "done"));
    if (counter == null) {
      throw new AssertionError("No meter counts tasks of kind " + kind);
    }
    counter.increment();
    AtomicLong last = lastSuccess.get(kind);
    if (last != null && !job.hasFailed()) {
      last.set(clock.instant().getEpochSecond());
    }
  }
}
