package dozo.server.approval;

import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.repository.Repository;
import dozo.server.clock.ClockDoubt;
import dozo.server.clock.ClockGuard;
import dozo.server.health.Suspicion;
import dozo.server.health.Suspicions;
import dozo.server.upkeep.PlanKeeper;
import dozo.server.upkeep.UpkeepJob;
import dozo.server.upkeep.UpkeepJobs;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Does what was asked for, for whoever need not wait and for those who have waited.
 *
 * <p>Safe for use by several threads.
 */
public final class Deeds {

  private final Repository repository;
  private final UpkeepJobs jobs;
  private final PlanKeeper plan;
  private final Suspicions suspicions;
  private final ClockGuard guard;
  private final InstantSource clock;

  /** Prepares to work on a repository. */
  public Deeds(
      Repository repository,
      UpkeepJobs jobs,
      PlanKeeper plan,
      ClockGuard guard,
      InstantSource clock) {
    this.repository = repository;
    this.jobs = jobs;
    this.plan = plan;
    this.suspicions = new Suspicions(repository);
    this.guard = guard;
    this.clock = clock;
  }

  /** Whether the clock is believed, and no job is running that it would have to wait for. */
  boolean canPerform(Deed deed) {
    if (deed instanceof Deed.ConfirmClock) {
      return true;
    }
    return guard.doubt().isEmpty()
        && (!(deed instanceof Deed.BeginJob job) || jobs.canBegin(jobs.read(job.task())));
  }

  /**
   * Does it.
   *
   * @param by who asked for it, for operators
   * @return false if it has to wait for a job that is running
   * @throws IllegalStateException if something stands against it; the message says what
   * @throws IllegalArgumentException if it makes no sense any more
   */
  boolean perform(Deed deed, String by) throws IOException {
    switch (deed) {
      case Deed.Forget forget -> forget(forget.restorePoint());
      case Deed.Unpin unpin -> repository.pruner().unpin(unpin.pin());
      case Deed.BeginJob job -> {
        Optional<UpkeepJob> begun = jobs.begin(jobs.read(job.task()), by);
        return begun.isPresent();
      }
      case Deed.SetPlan set -> plan.replace(set.replaces(), set.plan(), by);
      case Deed.ConfirmClock confirm -> confirm(confirm.jumpedTo());
      case Deed.Acknowledge seen -> acknowledge(seen, by);
    }
    return true;
  }

  /**
   * Forgets a restore point.
   *
   * @throws IllegalStateException if the clock is not believed, its VM's data is odd, or a pin,
   *     hold or reader keeps it
   */
  public void forget(RestorePointId id) throws IOException {
    Optional<ClockDoubt> doubt = guard.doubt();
    if (doubt.isPresent()) {
      throw new IllegalStateException(doubt.get().text());
    }
    Optional<RestorePoint> point = repository.restorePoint(id);
    if (point.isPresent()) {
      Optional<Suspicion> shield = suspicions.shielding(point.get().vm(), clock.instant());
      if (shield.isPresent()) {
        throw new IllegalStateException(shield.get().refusal());
      }
    }
    repository.pruner().forget(id);
  }

  private void confirm(Instant jumpedTo) throws IOException {
    if (!guard.confirm(jumpedTo)) {
      throw new IllegalStateException("The clock is believed already, or has jumped again");
    }
  }

  private void acknowledge(Deed.Acknowledge seen, String by) throws IOException {
    if (!suspicions.acknowledge(seen.restorePoint().uuid(), by, seen.note(), clock.instant())) {
      throw new IllegalStateException(
          "Nothing odd is known of restore point " + seen.restorePoint());
    }
  }
}
