package dozo.server.upkeep;

import dozo.repository.Repository;
import dozo.repository.sweep.SweepRequest;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs tasks on a repository, each on a thread of its own beside everything else that the server
 * does, and remembers the last ones. One runs at a time, and beside it one verification and one on
 * each overlay.
 *
 * <p>Safe for use by several threads.
 */
public final class UpkeepJobs implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(UpkeepJobs.class);
  private static final int REMEMBERED = 20;

  private final Repository repository;
  private final JobHistory history;
  private final Clock clock;
  private final ArrayDeque<UpkeepJob> jobs = new ArrayDeque<>();
  private final Set<Thread> workers = new HashSet<>();
  private final List<JobListener> listeners = new CopyOnWriteArrayList<>();
  private volatile SweepRequest sweep;
  private volatile BooleanSupplier clockIsGood = () -> true;
  private boolean closed;

  /**
   * Works on a repository.
   *
   * @param sweep how a sweep goes where a task does not say otherwise
   * @param history remembers jobs beyond the last ones and over a restart
   */
  public UpkeepJobs(Repository repository, SweepRequest sweep, JobHistory history, Clock clock) {
    this.repository = repository;
    this.sweep = sweep;
    this.history = history;
    this.clock = clock;
  }

  /** Has sweeps go otherwise from now on where a task does not say. */
  public void sweepAs(SweepRequest usual) {
    sweep = usual;
  }

  /** Has what trusts the clock wait while that is not believed. */
  public void believe(BooleanSupplier clock) {
    clockIsGood = clock;
  }

  /** Has the beginning and end of each job told to a listener. */
  public void listen(JobListener listener) {
    listeners.add(listener);
  }

  /**
   * Reads a task.
   *
   * @throws IllegalArgumentException if a member is missing, unknown or wrong
   */
  public UpkeepTask read(ObjectNode json) {
    return UpkeepTask.parse(json, sweep);
  }

  /**
   * Begins a task.
   *
   * @param by who asks for it, for operators
   * @return empty if another is running that it has to wait for, or the server is closing
   */
  public synchronized Optional<UpkeepJob> begin(UpkeepTask task, String by) {
    if (!canBegin(task)) {
      return Optional.empty();
    }
    UpkeepJob job = new UpkeepJob(task, by, clock);
    jobs.addFirst(job);
    history.keep(job.toJson());
    forgetOldest();
    log.info("Upkeep begins kind={} job={} by={}", task.kind(), job.id(), by);
    workers.removeIf(worker -> !worker.isAlive());
    workers.add(Thread.ofPlatform().name("dozo-" + task.kind()).start(() -> run(job)));
    return Optional.of(job);
  }

  /**
   * Whether none is running that a task has to wait for, the clock is believed if it trusts it, and
   * the server is not closing.
   */
  public synchronized boolean canBegin(UpkeepTask task) {
    return !closed
        && (clockIsGood.getAsBoolean() || !task.trustsTheClock())
        && jobs.stream().noneMatch(job -> job.isRunning() && task.waitsFor(job.task()));
  }

  private void forgetOldest() {
    Iterator<UpkeepJob> oldest = jobs.descendingIterator();
    while (jobs.size() > REMEMBERED && oldest.hasNext()) {
      if (!oldest.next().isRunning()) {
        oldest.remove();
      }
    }
  }

  private void run(UpkeepJob job) {
    listeners.forEach(listener -> listener.begun(job));
    try {
      ObjectNode report = job.task().run(repository, job.listener(), job.stop());
      job.succeeded(report, clock.instant());
      log.info("Upkeep ended kind={} job={}", job.task().kind(), job.id());
    } catch (IOException | RuntimeException | Error e) {
      // A job that seems to run for ever would keep every later one from running.
      log.error("Upkeep failed kind={} job={}", job.task().kind(), job.id(), e);
      job.failed(e, clock.instant());
    }
    history.keep(job.toJson());
    listeners.forEach(listener -> listener.ended(job));
  }

  /** The last jobs, the newest first. */
  public synchronized List<UpkeepJob> list() {
    return List.copyOf(jobs);
  }

  /** All jobs that anything is known of, the newest first, without their reports and logs. */
  public List<ObjectNode> summaries() {
    Map<String, ObjectNode> all = new LinkedHashMap<>();
    list().forEach(job -> all.put(job.id().toString(), job.summary()));
    history.list().forEach(job -> all.putIfAbsent(job.path("id").asString(), job));
    return all.values().stream()
        .sorted(
            Comparator.comparing((ObjectNode job) -> Instant.parse(job.path("begun").asString()))
                .reversed())
        .toList();
  }

  /** When a verification last came to its end, if one is known to have. */
  public Optional<Instant> lastVerified() {
    return summaries().stream()
        .filter(job -> job.path("kind").asString("").equals("verify"))
        .filter(job -> job.path("state").asString("").equals("done") && !job.has("stopAsked"))
        .map(job -> Instant.parse(job.path("ended").asString()))
        .max(Instant::compareTo);
  }

  /**
   * All that is known of a job.
   *
   * @throws IOException if it cannot be read
   */
  public Optional<ObjectNode> describe(UUID id) throws IOException {
    Optional<UpkeepJob> remembered = find(id);
    return remembered.isPresent() ? remembered.map(UpkeepJob::toJson) : history.find(id);
  }

  /** The job of that id, if it is one of the last. */
  public synchronized Optional<UpkeepJob> find(UUID id) {
    return jobs.stream().filter(job -> job.id().equals(id)).findFirst();
  }

  /**
   * Asks a job to end soon; of no effect on one that has ended.
   *
   * @param by who asks for it, for operators
   * @return false if there is none of that id
   */
  public boolean stop(UUID id, String by) {
    Optional<UpkeepJob> job = find(id);
    job.ifPresent(found -> found.askToStop(by));
    return job.isPresent() || history.has(id);
  }

  /** Asks what began while the clock was believed, and decides by it what goes, to end soon. */
  public synchronized void stopWhatTrustsTheClock() {
    jobs.stream()
        .filter(job -> job.task().trustsTheClock())
        .forEach(job -> job.askToStop("the server, whose clock has jumped"));
  }

  /** Ends what is running, waits for it, and lets nothing begin. */
  @Override
  public void close() {
    List<Thread> running;
    synchronized (this) {
      closed = true;
      jobs.forEach(job -> job.askToStop("the server, which is closing"));
      running = List.copyOf(workers);
    }
    boolean interrupted = false;
    for (Thread worker : running) {
      while (worker.isAlive()) {
        try {
          worker.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
