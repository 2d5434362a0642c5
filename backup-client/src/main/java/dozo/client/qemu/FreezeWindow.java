package dozo.client.qemu;

import dozo.client.leftover.Journal;
import dozo.client.leftover.Watchdog;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The moment at which a guest stands still: its file systems frozen where its agent can do that,
 * the machine stopped, and both undone whatever happens in between. For one thread, and once.
 */
final class FreezeWindow {

  private static final Logger LOG = LoggerFactory.getLogger(FreezeWindow.class);
  private static final String STOP = "qemu-stop";

  /** What is done while nothing is written. */
  interface Cut {
    void make(Deadline deadline) throws IOException;
  }

  private final Qemu qemu;
  private final QemuPlan plan;
  private final FreezeLimits limits;
  private final ConsistencyLevel asked;
  private final Journal journal;
  private final Watchdog.Watch watch;
  private final FreezeMeeting meeting;
  private final Clock clock;

  private @Nullable GuestAgent agent;
  private boolean windows;
  private boolean mayBeFrozen;
  private int frozen;
  private int thawed;
  private String reason = "";

  FreezeWindow(
      Qemu qemu,
      QemuPlan plan,
      QemuOptions options,
      Journal journal,
      Watchdog.Watch watch,
      FreezeMeeting meeting,
      Clock clock) {
    this.qemu = qemu;
    this.plan = plan;
    this.limits = options.limits();
    this.asked = options.asked();
    this.journal = journal;
    this.watch = watch;
    this.meeting = meeting;
    this.clock = clock;
  }

  /**
   * Makes the cut.
   *
   * @throws IOException if it could not be made, or if the guest does not go on: then the journal
   *     still says so
   */
  Consistency run(Cut cut) throws IOException {
    if (!plan.wasRunning()) {
      reason = "the machine was not running, so its guest could not be asked";
      meeting.ready();
      together(cut, Deadline.in(limits.frozen()));
      return consistency(Optional.empty(), Optional.empty());
    }
    try {
      meetAgent();
      meeting.ready();
      // From here on and up to the thaw nothing waits for this host's disks.
      journal.note(agent == null ? QemuPlan.STOPPING : QemuPlan.FREEZING);
      watch.arm(limits.freeze().plus(limits.hard()));
      Instant begin = clock.instant();
      try {
        freeze();
        watch.arm(limits.hard());
        stopAndCut(cut);
      } finally {
        thaw();
      }
      Instant end = clock.instant();
      watch.disarm();
      journal.note(QemuPlan.THAWED);
      LOG.info(
          "checkpoint={} frozen_ms={} file_systems={}",
          plan.id(),
          Duration.between(begin, end).toMillis(),
          frozen);
      return consistency(Optional.of(begin), Optional.of(end));
    } finally {
      leaveAgent();
    }
  }

  private void meetAgent() throws IOException {
    if (plan.agent().isEmpty()) {
      reason = "no socket of a guest agent was given";
      return;
    }
    try {
      agent = GuestAgent.connect(plan.agent().get(), limits.answer());
      windows = agent.isWindows(limits.answer());
    } catch (IOException e) {
      leaveAgent();
      reason = "the guest agent does not answer: " + e.getMessage();
    }
  }

  private void freeze() throws IOException {
    if (agent == null) {
      return;
    }
    try {
      mayBeFrozen = true;
      frozen = agent.freeze(limits.freeze());
      if (frozen == 0) {
        reason = "the guest agent found no file system to freeze";
      }
    } catch (QmpException e) {
      // Failing, the agent thaws what it froze. What is frozen still is somebody else's to thaw.
      mayBeFrozen = false;
      reason = "the guest agent did not freeze: " + e.getMessage();
    } catch (IOException e) {
      reason = "the guest did not freeze in time: " + e.getMessage();
      thaw();
    }
  }

  private void stopAndCut(Cut cut) throws IOException {
    Deadline deadline = Deadline.in(limits.frozen());
    try {
      qemu.stop(deadline);
      together(cut, deadline);
    } finally {
      // A stopped guest cannot thaw either. If qemu hangs this is asked of it once it goes on.
      qemu.resume();
    }
  }

  private void together(Cut cut, Deadline deadline) throws IOException {
    meeting.frozen(deadline.left());
    cut.make(deadline);
    meeting.made(deadline.left());
  }

  /**
   * Thaws, if anything can be frozen, through a new connection where the old one is out of step.
   */
  private void thaw() throws IOException {
    if (!mayBeFrozen) {
      return;
    }
    GuestAgent current = agent;
    Deadline deadline = Deadline.in(limits.freeze());
    while (true) {
      try {
        if (current == null) {
          current = GuestAgent.connect(plan.agent().orElseThrow(), limits.answer());
          agent = current;
        }
        thawed = current.thaw(limits.freeze());
        mayBeFrozen = false;
        return;
      } catch (QmpException e) {
        // Windows: VSS went on by itself after ten seconds, and says so now.
        reason = "the guest agent could not hold the freeze: " + e.getMessage();
        frozen = 0;
        mayBeFrozen = false;
        return;
      } catch (IOException e) {
        leaveAgent();
        current = null;
        if (deadline.hasPassed()) {
          throw new IOException(
              "The guest may still be frozen, and its agent does not answer: " + e.getMessage(), e);
        }
      }
    }
  }

  private void leaveAgent() throws IOException {
    if (agent != null) {
      agent.close();
      agent = null;
    }
  }

  private Consistency consistency(Optional<Instant> begin, Optional<Instant> end) {
    return new FreezeOutcome(windows, frozen, thawed, reason).evidence(asked, STOP, begin, end);
  }
}
