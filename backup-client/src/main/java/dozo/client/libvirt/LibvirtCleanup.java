package dozo.client.libvirt;

import dozo.client.leftover.CleanupSteps;
import dozo.client.socket.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Takes back everything that a checkpoint made, as far as it is there: at its end, at its failure
 * and, from a journal, after its process has died. Each step looks for what it removes, so that it
 * can be run any number of times and at any point.
 */
final class LibvirtCleanup {

  private static final Duration THAW = Duration.ofSeconds(60);
  private static final Duration STRAY = Duration.ofSeconds(60);
  private static final Duration END_OF_JOB = Duration.ofSeconds(60);
  private static final long BETWEEN_LOOKS_MILLISECONDS = 50;

  private final LibvirtPlan plan;
  private final Virsh virsh;
  private final boolean begun;
  private final boolean mayBeFrozen;
  private final boolean mayBePaused;
  private final boolean confirmed;
  private final List<String> actions = new ArrayList<>();

  /**
   * Prepares.
   *
   * @param steps the steps of the journal
   */
  LibvirtCleanup(LibvirtPlan plan, List<String> steps) {
    this.plan = plan;
    this.virsh = plan.virsh();
    this.begun = !steps.isEmpty();
    boolean isThawed = steps.contains(LibvirtPlan.THAWED);
    this.mayBeFrozen = steps.contains(LibvirtPlan.FREEZING) && !isThawed;
    this.mayBePaused = steps.contains(LibvirtPlan.PAUSING) && !isThawed;
    this.confirmed = steps.contains(LibvirtPlan.CONFIRMED);
  }

  /**
   * Cleans after a failure, of which nobody knows what has come of the question that was asked
   * last.
   */
  List<String> runAfterFailure() throws IOException {
    if (begun) {
      awaitStrays();
      try {
        // Whatever begins a backup from now on finds no place for its files, and fails.
        Files.move(plan.scratch(), plan.retired(), StandardCopyOption.ATOMIC_MOVE);
      } catch (NoSuchFileException e) {
        // It was never made, or that has been done.
      }
    }
    return run();
  }

  /**
   * Cleans.
   *
   * @return what was done, as sentences
   * @throws IOException the first failure, with the others; each step is tried whatever failed
   *     before
   */
  List<String> run() throws IOException {
    CleanupSteps steps = new CleanupSteps();
    if (begun) {
      Optional<Virsh.State> state = steps.get(this::state);
      if (state.isPresent() && state.get().isActive()) {
        if (mayBePaused) {
          steps.run(this::resumeForGroup);
        }
        if (mayBeFrozen) {
          steps.run(this::thaw);
        }
        steps.run(this::endJob);
        steps.run(this::resumeAfterError);
      }
      if (state.isPresent() && !state.get().word().isEmpty()) {
        steps.run(this::removeCheckpoints);
      }
    }
    if (steps.failure().isEmpty()) {
      // Qemu may have them open until the job has ended.
      steps.run(() -> remove(plan.scratch()));
      steps.run(() -> remove(plan.retired()));
      steps.run(() -> remove(plan.documents()));
    }
    steps.finish();
    return actions;
  }

  /** A {@code virsh} of a backup that was killed goes on by itself, and soon ends. */
  private void awaitStrays() throws IOException {
    Deadline deadline = Deadline.in(STRAY);
    List<ProcessHandle> strays = ProcessHandle.allProcesses().filter(this::isStray).toList();
    for (ProcessHandle stray : strays) {
      try {
        stray.onExit().get(Math.max(0, deadline.left().toMillis()), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        throw new IOException(
            "Process " + stray.pid() + " still asks libvirt for something that is to be undone", e);
      } catch (ExecutionException e) {
        throw new IllegalStateException("The end of a process is no failure", e);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
  }

  private boolean isStray(ProcessHandle process) {
    List<String> words = List.of(process.info().arguments().orElse(new String[0]));
    return words.contains(plan.domain().toString())
        && Stream.of("domfsfreeze", "suspend", "backup-begin").anyMatch(words::contains);
  }

  private static IOException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return (IOException) new InterruptedIOException("Interrupted while cleaning").initCause(e);
  }

  /** How the machine is; without a word if libvirt does not know it any more. */
  private Virsh.State state() throws IOException {
    try {
      return virsh.state(plan.domain());
    } catch (VirshException e) {
      if (e.isNoDomain()) {
        return new Virsh.State("", "");
      }
      throw e;
    }
  }

  private void thaw() throws IOException {
    int thawed = virsh.thaw(plan.domain(), THAW);
    if (thawed > 0) {
      actions.add("Thawed " + thawed + " file systems of the guest");
    }
  }

  private void endJob() throws IOException {
    Deadline deadline = Deadline.in(END_OF_JOB);
    boolean asked = false;
    while (isOurs(virsh.backupSocket(plan.domain()))) {
      if (!asked) {
        virsh.abortJob(plan.domain());
        actions.add("Ended the backup job");
        asked = true;
      } else if (deadline.hasPassed()) {
        throw new IOException("libvirt does not end the backup job of checkpoint " + plan.id());
      }
      try {
        Thread.sleep(BETWEEN_LOOKS_MILLISECONDS);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
  }

  private boolean isOurs(Optional<String> socket) {
    return socket.isPresent() && socket.get().equals(plan.nbdSocket().toString());
  }

  /** A guest that is paused cannot thaw. */
  private void resumeForGroup() throws IOException {
    resume("user", "which was paused for others of its group");
  }

  /** Qemu stops a machine whose write has failed: our scratch file may have been why. */
  private void resumeAfterError() throws IOException {
    resume("I/O error", "which had stopped at an I/O error");
  }

  private void resume(String reason, String what) throws IOException {
    Virsh.State state = virsh.state(plan.domain());
    if (plan.wasRunning() && state.word().equals("paused") && state.reason().equals(reason)) {
      virsh.resume(plan.domain());
      actions.add("Let the machine run on, " + what);
    }
  }

  private void removeCheckpoints() throws IOException {
    CleanupSteps each = new CleanupSteps();
    List<String> unwanted = confirmed ? plan.older() : List.of(plan.checkpoint());
    for (String name : virsh.checkpoints(plan.domain())) {
      if (unwanted.contains(name)) {
        each.run(() -> removeCheckpoint(name));
      }
    }
    each.finish();
  }

  private void removeCheckpoint(String name) throws IOException {
    try {
      boolean left = virsh.deleteCheckpoint(plan.domain(), name);
      actions.add(
          "Removed the libvirt checkpoint "
              + name
              + (left ? ", but for a bitmap in an image that a crash made useless" : ""));
    } catch (VirshException e) {
      if (e.isNotRunning()) {
        throw new IOException(
            "libvirt removes the checkpoint "
                + name
                + " only while the machine runs. What to do: nothing; the next backup removes it.",
            e);
      }
      throw e;
    }
  }

  private void remove(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
    actions.add("Deleted " + directory);
  }
}
