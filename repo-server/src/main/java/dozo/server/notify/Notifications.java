package dozo.server.notify;

import dozo.format.manifest.VmRef;
import dozo.repository.Repository;
import dozo.server.channel.Channel;
import dozo.server.channel.ChannelSettings;
import dozo.server.channel.Event;
import dozo.server.channel.EventKind;
import dozo.server.health.Warning;
import dozo.server.health.WarningSource;
import dozo.server.health.Warnings;
import dozo.server.metrics.ServerMetrics;
import dozo.server.session.ReceivingSession;
import dozo.server.upkeep.JobListener;
import dozo.server.upkeep.UpkeepJob;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells operators what they should know of.
 *
 * <p>Safe for use by several threads. Who reports something here does not wait.
 */
public final class Notifications implements JobListener, WarningSource, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Notifications.class);

  /** How often it is looked for warnings. */
  private static final Duration LOOK = Duration.ofMinutes(1);

  /** A channel that fails for so long is itself something to look at. */
  static final Duration FAILING_LONG = Duration.ofHours(1);

  /** What may wait to be taken in: more at once is a storm in which single events say nothing. */
  private static final int MAXIMUM_REPORTED = 1_000;

  private static final int VERSION = 1;
  private static final Duration CLOSING = Duration.ofSeconds(10);

  private final StateFile file;
  private final Object writing = new Object();
  private final Clock clock;
  private final NotificationSettings settings;
  private final UUID repositoryId;
  private final NotificationMetrics metrics;
  private final List<Outbox> outboxes = new ArrayList<>();
  private final ToldWarnings warnings = new ToldWarnings(UUID::randomUUID);
  private final ToldFailures failures = new ToldFailures(UUID::randomUUID);
  private final DailySummary summary;
  private final AtomicInteger reported = new AtomicInteger();
  private final AtomicLong lost = new AtomicLong();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("dozo-notify").daemon().factory());

  private Notifications(
      NotificationSettings settings,
      StateFile file,
      UUID repositoryId,
      ServerMetrics metrics,
      Clock clock) {
    this.settings = settings;
    this.file = file;
    this.repositoryId = repositoryId;
    this.clock = clock;
    this.metrics = new NotificationMetrics(metrics);
    this.summary = new DailySummary(settings);
    for (ChannelSettings each : settings.channels()) {
      outboxes.add(
          new Outbox(
              Channel.open(each, clock), settings, repositoryId, this.metrics, clock, this::keep));
    }
    metrics.gauge(
        "dozo.notifications.waiting",
        "Events that have not been delivered",
        () -> outboxes.stream().mapToInt(each -> each.status().waiting()).sum());
    metrics.gauge(
        "dozo.notifications.failing.seconds",
        "For how long the channel has failed that has longest",
        () ->
            outboxes.stream()
                .mapToLong(each -> each.failing(clock.instant()).toSeconds())
                .max()
                .orElse(0));
  }

  /**
   * Takes up what an earlier server left. Nothing is told yet.
   *
   * @param file what was told and what waits; made when there is something
   */
  public static Notifications open(
      NotificationSettings settings,
      Path file,
      UUID repository,
      ServerMetrics metrics,
      Clock clock) {
    Notifications made =
        new Notifications(settings, new StateFile(file), repository, metrics, clock);
    try {
      made.file.read().ifPresent(made::load);
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      log.error("It cannot be read what was told before, so it may be told again file={}", file, e);
    }
    return made;
  }

  /** Begins to look for warnings, and to send. */
  public void start(Warnings source, Repository repository) {
    if (!outboxes.isEmpty()) {
      outboxes.forEach(Outbox::start);
      var _ =
          thread.scheduleWithFixedDelay(
              () -> look(source, repository), 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void look(Warnings source, Repository repository) {
    Instant now = clock.instant();
    try {
      List<Warning> found = source.collect(now);
      synchronized (this) {
        warnings.look(found, now, settings.repeat()).forEach(this::tell);
        failures.look(now).forEach(this::tell);
        if (summary.isDue(now)) {
          tell(summary.tell(repository, found.size(), now, UUID.randomUUID()));
        }
      }
    } catch (IOException | RuntimeException e) {
      log.error("It cannot be looked for warnings", e);
      failed(
          "look",
          event(
              EventKind.JOB_FAILED,
              "The server cannot look for warnings",
              "Nobody is told of any until it can: " + e,
              Map.of("task", "look")));
    }
    keep();
  }

  private synchronized void tell(Event event) {
    outboxes.forEach(each -> each.offer(event));
  }

  private synchronized void failed(String key, Event event) {
    summary.count(event.kind());
    failures.failed(key, event).ifPresent(this::tell);
  }

  /** Has a failure taken in by the thread for that, which may have to wait for the disk. */
  private void report(String key, Event event) {
    if (outboxes.isEmpty()) {
      return;
    }
    if (reported.incrementAndGet() > MAXIMUM_REPORTED) {
      reported.decrementAndGet();
      lost.incrementAndGet();
      metrics.dropped(1);
      return;
    }
    try {
      thread.execute(() -> {
        reported.decrementAndGet();
        long dropped = lost.getAndSet(0);
        outboxes.forEach(each -> each.dropped(dropped));
        failed(key, event);
        keep();
      });
    } catch (RejectedExecutionException e) {
      log.debug("Closed before it was told event=\"{}\"", event.title(), e);
    }
  }

  private Event event(EventKind kind, String title, String text, Map<String, String> details) {
    return new Event(UUID.randomUUID(), clock.instant(), kind, title, text, new TreeMap<>(details));
  }

  @Override
  public void begun(UpkeepJob job) {}

  @Override
  public void ended(UpkeepJob job) {
    if (job.hasFailed()) {
      ObjectNode told = job.summary();
      report(
          "job " + job.kind(),
          event(
              EventKind.JOB_FAILED,
              "Task failed: " + job.kind(),
              "It was begun by %s and failed: %s. Its log has more: task %s on the server's page."
                  .formatted(
                      told.path("by").asString(""), told.path("problem").asString(""), job.id()),
              Map.of("task", job.kind(), "job", job.id().toString())));
    }
  }

  /** A session ended without a restore point, otherwise than by its client's wish. */
  public void sessionFailed(ReceivingSession session, String why) {
    VmRef vm = session.vm();
    report(
        "backup " + vm.id() + " " + vm.namespace(),
        event(
            EventKind.BACKUP_FAILED,
            vm.name() + ": backup failed",
            "VM %s of namespace %s. What token %s began at %s ended without a restore point: %s."
                    .formatted(
                        vm.name(), vm.namespace(), session.principal().name(), session.begun(), why)
                + " See the log of its backup job, and the server's for session "
                + session.id()
                + ".",
            Map.of(
                "namespace", vm.namespace(),
                "vm", vm.id().toString(),
                "vmName", vm.name(),
                "session", session.id().toString())));
  }

  /** The channels that fail for long. */
  @Override
  public List<Warning> warnings(Instant now) {
    List<Warning> found = new ArrayList<>();
    for (Outbox outbox : outboxes) {
      ChannelStatus status = outbox.status();
      if (outbox.failing(now).compareTo(FAILING_LONG) >= 0) {
        found.add(
            new Warning(
                Warning.Kind.NOTIFICATIONS,
                "Nobody can be told anything by channel %s: %s."
                        .formatted(
                            outbox.name(),
                            status.lastFailure().map(ChannelStatus.Outcome::said).orElse(""))
                    + " Mend it, and try it: 'dozo notify test "
                    + outbox.name()
                    + "'.",
                status.failingSince(),
                Optional.empty(),
                Optional.empty()));
      }
    }
    return found;
  }

  /** How it was set up. */
  public NotificationSettings settings() {
    return settings;
  }

  /** How the channels do, as they were set up. */
  public List<ChannelStatus> status() {
    return outboxes.stream().map(Outbox::status).toList();
  }

  /**
   * Sends a message by channels now, to see whether they work. It waits for the far ends, for a
   * bounded time.
   *
   * @param by who tries it
   * @param channel the only one to try, if it is not to be all
   * @return what came of it, a channel each; empty if there is no such channel
   */
  public List<ChannelTrial.Result> test(String by, Optional<String> channel) {
    List<Outbox> chosen =
        outboxes.stream()
            .filter(each -> channel.isEmpty() || channel.get().equals(each.name()))
            .toList();
    Event event =
        event(
            EventKind.TEST,
            "Test",
            "%s tries whether this channel works. It does, since you read this.".formatted(by),
            Map.of("by", by));
    List<ChannelTrial.Result> results =
        new ChannelTrial(settings.server(), repositoryId, clock).run(chosen, event);
    keep();
    return results;
  }

  private void keep() {
    synchronized (writing) {
      try {
        file.write(toJson());
      } catch (IOException e) {
        log.error(
            "It cannot be written down what was told, so it may be told again file={}",
            file.path(),
            e);
      }
    }
  }

  private synchronized ObjectNode toJson() {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("version", VERSION);
    node.set("warnings", warnings.toJson());
    node.set("failures", failures.toJson());
    node.set("summary", summary.toJson());
    ObjectNode channels = node.putObject("channels");
    outboxes.forEach(each -> channels.set(each.name(), each.toJson()));
    return node;
  }

  private synchronized void load(ObjectNode node) {
    if (node.path("version").asInt(0) != VERSION) {
      throw new IllegalArgumentException("Its version is not " + VERSION);
    }
    warnings.load(node.path("warnings"), clock.instant());
    failures.load(node.path("failures"));
    summary.load(node.path("summary"));
    for (Outbox each : outboxes) {
      if (node.path("channels").has(each.name())) {
        each.load(node.path("channels").path(each.name()));
      }
    }
  }

  /** Tells nothing any more; what waits is kept for the next start. */
  @Override
  public void close() {
    outboxes.forEach(Outbox::stop);
    outboxes.forEach(Outbox::close);
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSING.toSeconds(), TimeUnit.SECONDS)) {
        log.warn("Not all that was reported has been taken in");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!outboxes.isEmpty()) {
      keep();
    }
  }
}
