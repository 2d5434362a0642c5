package dozo.server.audit;

import dozo.server.metrics.ServerMetrics;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server's way to its log: one thread appends what others hand it, as much as there is with one
 * sync.
 *
 * <p>Safe for use by several threads. Nothing here fails: what cannot be written goes to the
 * server's own log, and is counted.
 */
public final class AuditTrail implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(AuditTrail.class);

  private static final int QUEUED = 4_096;
  private static final int BATCH = 64;
  private static final long LOOK_MILLISECONDS = 500;
  private static final Duration HEAD_PERIOD = Duration.ofHours(1);
  private static final String LOST = "lost";

  private final AuditLog audit;
  private final Clock clock;
  private final ServerMetrics metrics;
  private final BlockingQueue<Pending> queue = new ArrayBlockingQueue<>(QUEUED);
  private final RepeatedEvents repeated = new RepeatedEvents();
  private final AtomicLong lost = new AtomicLong();
  private final Thread thread;
  private volatile boolean closing;
  private volatile boolean ended;

  /** The last entry written, and the last that the server's log tells of; for the thread only. */
  private AuditHead head = AuditHead.NONE;

  private AuditHead told = AuditHead.NONE;
  private Instant tellNext;

  /**
   * An event on its way.
   *
   * @param written completes with the number of its entry, or 0 if there is none
   */
  private record Pending(AuditEvent event, CompletableFuture<Long> written) {
    Pending(AuditEvent event) {
      this(event, new CompletableFuture<>());
    }
  }

  private AuditTrail(AuditLog audit, Clock clock, ServerMetrics metrics) {
    this.audit = audit;
    this.clock = clock;
    this.metrics = metrics;
    this.tellNext = clock.instant();
    this.thread = Thread.ofPlatform().name("dozo-audit").daemon().unstarted(this::run);
  }

  /** Begins to take events. */
  public static AuditTrail start(AuditLog audit, Clock clock, ServerMetrics metrics) {
    AuditTrail trail = new AuditTrail(audit, clock, metrics);
    trail.thread.start();
    return trail;
  }

  /** What happens now. */
  public AuditEvent event(Actor actor, String action, Outcome outcome) {
    return AuditEvent.of(clock.instant(), actor, action, outcome);
  }

  /** Has an event written soon. Never waits. */
  public void note(AuditEvent event) {
    if (ended || !queue.offer(new Pending(event))) {
      lose(event);
    }
  }

  /**
   * Has an event written soon, unless its like was a short while ago: then it is counted. Never
   * waits.
   *
   * @param key what makes it the same as others
   */
  public void noteRepeatable(String key, AuditEvent event) {
    repeated.count(key, event).ifPresent(this::note);
  }

  /**
   * Writes an event and waits until it is on stable storage, or cannot be.
   *
   * @return the number of its entry, or 0 if there is none
   */
  public long record(AuditEvent event) {
    Pending pending = new Pending(event);
    try {
      while (!ended) {
        if (queue.offer(pending, LOOK_MILLISECONDS, TimeUnit.MILLISECONDS)) {
          return await(pending);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    lose(event);
    return 0;
  }

  private long await(Pending pending) throws InterruptedException {
    while (true) {
      try {
        return pending.written().get(LOOK_MILLISECONDS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (ended && queue.remove(pending)) {
          lose(pending.event());
          return 0;
        }
      } catch (ExecutionException e) {
        throw new AssertionError("Nothing completes it with an exception", e);
      }
    }
  }

  private void lose(AuditEvent event) {
    lost.incrementAndGet();
    metrics.auditLost();
    log.error("Not in the audit log entry={}", AuditLine.record(event, 0, "").json());
  }

  private void run() {
    try {
      while (!closing || !queue.isEmpty()) {
        write(take());
        tellHead(false);
      }
    } finally {
      ended = true;
    }
    List<Pending> rest = new ArrayList<>();
    queue.drainTo(rest);
    repeated.all().forEach(event -> rest.add(new Pending(event)));
    write(rest);
    tellHead(true);
  }

  private List<Pending> take() {
    List<Pending> batch = new ArrayList<>();
    try {
      Pending first = queue.poll(LOOK_MILLISECONDS, TimeUnit.MILLISECONDS);
      if (first != null) {
        batch.add(first);
        queue.drainTo(batch, BATCH - 1);
      }
    } catch (InterruptedException e) {
      closing = true;
    }
    repeated.due(clock.instant()).forEach(event -> batch.add(new Pending(event)));
    return batch;
  }

  private void write(List<Pending> batch) {
    if (batch.isEmpty()) {
      return;
    }
    List<AuditEvent> events = new ArrayList<>(batch.stream().map(Pending::event).toList());
    long missing = lost.getAndSet(0);
    if (missing > 0) {
      events.addFirst(event(Actor.SERVER, LOST, Outcome.DONE).with("entries", missing));
    }
    long last;
    try {
      head = audit.append(events);
      metrics.auditWritten(events.size());
      last = head.sequence();
    } catch (IOException | RuntimeException e) {
      log.error("The audit log cannot be written", e);
      lost.addAndGet(missing);
      batch.forEach(each -> {
        lose(each.event());
        each.written().complete(0L);
      });
      return;
    }
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).written().complete(last - (batch.size() - 1 - i));
    }
  }

  private void tellHead(boolean now) {
    Instant time = clock.instant();
    if (head.equals(told) || (!now && time.isBefore(tellNext))) {
      return;
    }
    log.info("The audit log's last entry head={}", head);
    told = head;
    tellNext = time.plus(HEAD_PERIOD);
  }

  /** Writes what has come, and takes no more. */
  @Override
  public void close() {
    closing = true;
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    List<Pending> late = new ArrayList<>();
    queue.drainTo(late);
    late.forEach(each -> {
      lose(each.event());
      each.written().complete(0L);
    });
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
