package dozo.client.libvirt;

import dozo.client.leftover.Journal;
import dozo.client.leftover.Watchdog;
import dozo.client.program.ProgramException;
import dozo.client.socket.Deadline;
import dozo.client.source.FreezeLimits;
import dozo.client.source.FreezeMeeting;
import dozo.client.source.FreezeOutcome;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.ConsistencyLevel;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The moment at which a guest stands still: its file systems frozen through libvirt where an agent
 * is there, the machine paused if others wait for it, and both undone whatever happens in between.
 * For one thread, and once.
 */
final class LibvirtFreeze {

  private static final Logger LOG = LoggerFactory.getLogger(LibvirtFreeze.class);
  private static final String BACKUP = "libvirt-backup";
  private static final Duration BETWEEN_THAWS = Duration.ofMillis(200);

  /** What is done while nothing is written. */
  interface Cut {
    void make(Deadline deadline) throws IOException;
  }

  private final LibvirtPlan plan;
  private final FreezeLimits limits;
  private final ConsistencyLevel asked;
  private final Journal journal;
  private final Watchdog.Watch watch;
  private final FreezeMeeting meeting;
  private final Clock clock;

  private boolean hasAgent;
  private boolean windows;
  private boolean mayBeFrozen;
  private int frozen;
  private int thawed;
  private String reason = "";

  LibvirtFreeze(
      LibvirtPlan plan,
      LibvirtOptions options,
      Domain domain,
      Journal journal,
      Watchdog.Watch watch,
      FreezeMeeting meeting,
      Clock clock) {
    this.plan = plan;
    this.limits = options.limits();
    // With a channel to an agent in it, the machine is meant to be frozen.
    this.asked =
        domain.agent().isPresent() && options.required() == ConsistencyLevel.CRASH
            ? ConsistencyLevel.FILESYSTEM
            : options.required();
    this.journal = journal;
    this.watch = watch;
    this.meeting = meeting;
    this.clock = clock;
  }

  /**
   * Makes the cut.
   *
   * @throws IOException if it could not be made, or if the guest does not thaw: then the journal
   *     still says so
   */
  Consistency run(Domain domain, Cut cut) throws IOException {
    if (plan.wasRunning()) {
      meetAgent(domain);
    } else {
      reason = "the machine was not running, so its guest could not be asked";
    }
    meeting.ready();
    boolean pauses = meeting.isOfSeveral() && plan.wasRunning();
    if (!hasAgent && !pauses) {
      journal.note(LibvirtPlan.BEGINNING);
      together(cut, Deadline.in(meeting.isOfSeveral() ? limits.frozen() : limits.freeze()));
      return consistency(Optional.empty(), Optional.empty());
    }
    // From here on and up to the thaw nothing waits for this host's disks.
    if (pauses) {
      journal.note(LibvirtPlan.PAUSING);
    }
    journal.note(hasAgent ? LibvirtPlan.FREEZING : LibvirtPlan.BEGINNING);
    watch.arm(limits.freeze().plus(limits.hard()));
    Instant begin = clock.instant();
    try {
      freeze();
      watch.arm(limits.hard());
      Deadline deadline = Deadline.in(limits.frozen());
      if (pauses) {
        pauseAndCut(cut, deadline);
      } else {
        cut.make(deadline);
      }
    } finally {
      thaw();
    }
    Instant end = clock.instant();
    watch.disarm();
    journal.note(LibvirtPlan.THAWED);
    LOG.info(
        "checkpoint={} frozen_ms={} file_systems={}",
        plan.id(),
        Duration.between(begin, end).toMillis(),
        frozen);
    return consistency(Optional.of(begin), Optional.of(end));
  }

  private void meetAgent(Domain domain) throws IOException {
    if (domain.agent().isEmpty()) {
      reason = "the machine has no channel for a guest agent";
      return;
    }
    try {
      windows = plan.virsh().isWindows(plan.domain(), limits.answer());
      hasAgent = true;
    } catch (VirshException e) {
      // An old agent, or one that is not to tell, has refused, and is there.
      hasAgent = e.isAgentsAnswer();
      if (!hasAgent) {
        reason = "the guest agent does not answer: " + e.getMessage();
      }
    } catch (ProgramException e) {
      reason = "the guest agent does not answer in time: " + e.getMessage();
    }
  }

  /** A freeze lets through what bypasses file systems, and there may be no agent: a pause holds. */
  private void pauseAndCut(Cut cut, Deadline deadline) throws IOException {
    try {
      plan.virsh().pause(plan.domain(), deadline.left());
      together(cut, deadline);
    } finally {
      resume();
    }
  }

  private void together(Cut cut, Deadline deadline) throws IOException {
    meeting.frozen(deadline.left());
    cut.make(deadline);
    meeting.made(deadline.left());
  }

  /** Lets the machine run, which may never have been paused. */
  private void resume() throws IOException {
    try {
      plan.virsh().resume(plan.domain());
    } catch (VirshException e) {
      if (!plan.virsh().state(plan.domain()).isRunning()) {
        throw e;
      }
    }
  }

  private void freeze() throws IOException {
    if (!hasAgent) {
      return;
    }
    mayBeFrozen = true;
    try {
      frozen = plan.virsh().freeze(plan.domain(), limits.freeze());
      if (frozen == 0) {
        reason = "the guest agent found no file system to freeze";
      }
    } catch (VirshException e) {
      // Failing, the agent thaws what it froze. What is frozen still is somebody else's to thaw.
      mayBeFrozen = !e.isAgentsAnswer() && !e.isAgentAway();
      reason = "the guest did not freeze: " + e.getMessage();
    } catch (ProgramException e) {
      reason = "the guest did not freeze in time: " + e.getMessage();
    }
    if (frozen == 0) {
      thaw();
    }
  }

  /** Thaws, if anything can be frozen; libvirt itself waits for a busy machine. */
  private void thaw() throws IOException {
    Deadline deadline = Deadline.in(limits.freeze());
    while (mayBeFrozen) {
      try {
        thawed = plan.virsh().thaw(plan.domain(), limits.freeze());
        mayBeFrozen = false;
      } catch (VirshException | ProgramException e) {
        if (e instanceof VirshException said && said.isAgentsAnswer()) {
          // Windows: VSS went on by itself after ten seconds, and says so now.
          reason = "the guest could not hold the freeze: " + e.getMessage();
          frozen = 0;
          mayBeFrozen = false;
        } else if (deadline.hasPassed()) {
          throw new IOException(
              "The guest may still be frozen, and cannot be thawed: " + e.getMessage(), e);
        } else {
          LockSupport.parkNanos(BETWEEN_THAWS.toNanos());
        }
      }
    }
  }

  private Consistency consistency(Optional<Instant> begin, Optional<Instant> end) {
    return new FreezeOutcome(windows, frozen, thawed, reason).evidence(asked, BACKUP, begin, end);
  }
}
