package dozo.server.upkeep;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins what is planned when its time of day has come. What would come while another job runs
 * comes after it; what was missed while the server was down waits for the next day. The clock is
 * looked at often, so that a jump of it is followed.
 *
 * <p>Safe for use by several threads.
 */
public final class UpkeepSchedule implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(UpkeepSchedule.class);
  private static final long LOOK_MILLISECONDS = 1_000;

  private final UpkeepJobs jobs;
  private final Clock clock;
  private final List<Entry> entries = new ArrayList<>();
  private final Thread thread;
  private ZoneId zone;
  private boolean closed;

  private static final class Entry {

    private final LocalTime at;
    private final UpkeepTask task;
    private Instant due;

    Entry(LocalTime at, UpkeepTask task, Instant due) {
      this.at = at;
      this.task = task;
      this.due = due;
    }
  }

  private UpkeepSchedule(UpkeepJobs jobs, UpkeepPlan plan, Clock clock) {
    this.jobs = jobs;
    this.zone = plan.zone();
    this.clock = clock;
    this.thread = Thread.ofPlatform().name("dozo-schedule").daemon().unstarted(this::run);
    follow(plan);
  }

  /** Follows another plan from now on, in place of the one before. */
  synchronized void follow(UpkeepPlan plan) {
    zone = plan.zone();
    entries.clear();
    Instant now = clock.instant();
    plan.prune().ifPresent(daily -> add(daily.at(), daily.task(), now));
    plan.sweepAt().ifPresent(at -> add(at, new SweepTask(plan.sweep(), false), now));
    plan.verify().ifPresent(daily -> add(daily.at(), daily.task(), now));
  }

  /**
   * Something that is to be begun.
   *
   * @param kind the task's word
   * @param at when
   */
  record Due(String kind, Instant at) {}

  /** What is to be begun next of each kind. */
  synchronized List<Due> due() {
    return entries.stream().map(entry -> new Due(entry.task.kind(), entry.due)).toList();
  }

  private void add(LocalTime at, UpkeepTask task, Instant now) {
    entries.add(new Entry(at, task, next(at, now)));
  }

  /** Begins to follow a plan. */
  public static UpkeepSchedule start(UpkeepJobs jobs, UpkeepPlan plan, Clock clock) {
    UpkeepSchedule schedule = new UpkeepSchedule(jobs, plan, clock);
    schedule.thread.start();
    return schedule;
  }

  /** The next time after an instant at which a clock on the wall shows that time. */
  private Instant next(LocalTime at, Instant after) {
    ZonedDateTime now = after.atZone(zone);
    ZonedDateTime today = now.toLocalDate().atTime(at).atZone(zone);
    return (today.isAfter(now) ? today : now.toLocalDate().plusDays(1).atTime(at).atZone(zone))
        .toInstant();
  }

  private synchronized void run() {
    while (!closed) {
      Instant now = clock.instant();
      for (Entry entry : entries) {
        if (!entry.due.isAfter(now) && jobs.begin(entry.task, "schedule").isPresent()) {
          entry.due = next(entry.at, now);
          log.info("Next time kind={} at={}", entry.task.kind(), entry.due);
        }
      }
      try {
        wait(LOOK_MILLISECONDS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Begins nothing any more. */
  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
