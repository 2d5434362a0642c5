package dozo.server.approval;

import dozo.server.approval.ApprovalRequest.State;
import dozo.server.metrics.ServerMetrics;
import io.micrometer.core.instrument.FunctionCounter;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks every second whether something is due that has waited, and shows how much waits. */
public final class ApprovalWatch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ApprovalWatch.class);
  private static final List<State> ENDINGS =
      List.of(State.DONE, State.FAILED, State.REJECTED, State.LAPSED);

  private final Approvals approvals;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("dozo-approvals").daemon().factory());

  private ApprovalWatch(Approvals approvals) {
    this.approvals = approvals;
  }

  /** Begins to look. */
  public static ApprovalWatch start(Approvals approvals, ServerMetrics metrics) {
    metrics.gauge(
        "dozo.approvals.waiting",
        "Destructive requests that wait for a delay or a second admin",
        () -> approvals.waiting().size());
    for (State how : ENDINGS) {
      FunctionCounter.builder("dozo.approvals.ended", approvals, all -> all.ended(how))
          .description("Such requests that ended")
          .tag("outcome", how.word())
          .register(metrics.registry());
    }
    ApprovalWatch watch = new ApprovalWatch(approvals);
    var _ = watch.thread.scheduleWithFixedDelay(watch::look, 1, 1, TimeUnit.SECONDS);
    return watch;
  }

  private void look() {
    try {
      approvals.look();
    } catch (RuntimeException e) {
      log.error("Requests for approval cannot be looked at", e);
    }
  }

  /** Stops looking, and notes how long each has waited. */
  @Override
  public void close() {
    thread.close();
    try {
      approvals.note();
    } catch (IOException | RuntimeException e) {
      log.error("How long requests have waited for approval cannot be noted", e);
    }
  }
}
