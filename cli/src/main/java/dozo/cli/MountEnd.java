package dozo.cli;

import dozo.cli.MountRegistry.Running;
import dozo.mount.fuse.FuseMount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes mounts away, alive or dead. None of it touches the mount itself: its process may be stuck,
 * and so would be whoever waited for its answer.
 */
final class MountEnd {

  private static final Logger log = LoggerFactory.getLogger(MountEnd.class);

  /** How long a process may put down what was written. */
  private static final int PATIENCE_SECONDS = 60;

  /** How long, if it is to be killed then. */
  private static final int IMPATIENCE_SECONDS = 30;

  private static final int KILL_SECONDS = 10;
  private static final int MAXIMUM_COMPLAINTS = 20;

  /** How far one goes. */
  enum Insistence {
    /** A mount that somebody uses is left alone. */
    IF_IDLE,
    /** It is taken away from whoever uses it. */
    ALWAYS,
    /** And a process that does not end by itself is killed; what was synced is safe. */
    AND_KILL
  }

  /** How it ended. */
  enum Outcome {
    ENDED,
    /** Somebody uses it, or it is only just being mounted. */
    IN_USE,
    /** The mount has gone, its process has not. */
    LINGERS
  }

  private MountEnd() {}

  /**
   * Takes away what is mounted at a place, and waits for the process that serves it: what was
   * written is on stable storage then.
   *
   * @param place as the kernel lists it
   * @throws dozo.mount.fuse.MountException if nothing of ours is mounted there
   */
  static Outcome end(MountRegistry registry, Path place, Insistence insistence)
      throws IOException, InterruptedException {
    List<Running> served = registry.at(place.toString());
    boolean mounted = FuseMount.mountPoints().contains(place);
    if (!mounted && isAnyStarting(served)) {
      if (insistence != Insistence.AND_KILL) {
        return Outcome.IN_USE;
      }
      killAll(served); // It has not got as far as mounting, and has nothing to put down.
    } else if (mounted && insistence == Insistence.IF_IDLE) {
      if (!FuseMount.unmountUnlessBusy(place)) {
        return Outcome.IN_USE;
      }
    } else if (mounted || served.isEmpty()) {
      FuseMount.unmount(place);
    }
    return await(registry, served, insistence);
  }

  private static boolean isAnyStarting(List<Running> served) throws IOException {
    for (Running each : served) {
      if (!each.isServing() && each.isAlive()) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAnyAlive(List<Running> served) throws IOException {
    for (Running each : served) {
      if (each.isAlive()) {
        return true;
      }
    }
    return false;
  }

  private static void killAll(List<Running> served) throws IOException {
    for (Running each : served) {
      each.process().kill();
    }
  }

  private static Outcome await(MountRegistry registry, List<Running> served, Insistence insistence)
      throws IOException, InterruptedException {
    boolean kill = insistence == Insistence.AND_KILL;
    Outcome outcome = Outcome.ENDED;
    for (Running each : served) {
      if (each.process().number() == ProcessHandle.current().pid()) {
        continue;
      }
      if (awaitProcess(each, kill)) {
        tellComplaints(each);
        registry.removeWithLog(each);
        removeDirectory(each);
      } else {
        outcome = Outcome.LINGERS;
      }
    }
    return outcome;
  }

  /**
   * Has the process of an export put down what was written, and end; returns whether it has.
   *
   * @param kill whether to kill it if it takes long
   */
  static boolean endProcess(Running running, boolean kill)
      throws IOException, InterruptedException {
    running.process().end();
    return awaitProcess(running, kill);
  }

  private static boolean awaitProcess(Running running, boolean kill)
      throws IOException, InterruptedException {
    boolean ended = running.process().awaitEnd(kill ? IMPATIENCE_SECONDS : PATIENCE_SECONDS);
    if (!ended && kill) {
      running.process().kill();
      ended = running.process().awaitEnd(KILL_SECONDS);
    }
    return ended;
  }

  /** A process that has ended as it should has taken its log with it. */
  private static void tellComplaints(Running ended) throws IOException {
    if (!Files.exists(ended.log())) {
      return;
    }
    try (Stream<String> lines = Files.lines(ended.log(), StandardCharsets.UTF_8)) {
      lines
          .limit(MAXIMUM_COMPLAINTS)
          .forEach(line ->
              log.warn("The process of a mount said path={} {}", ended.what().place(), line));
    } catch (UncheckedIOException e) {
      log.warn("The log of a mount cannot be read file={}", ended.log(), e);
    }
  }

  /** A server makes directories for its mounts; they go with them. */
  static void removeDirectory(Running ended) throws IOException {
    if (ended.what().server().isEmpty()) {
      return;
    }
    try {
      Files.deleteIfExists(Path.of(ended.what().place()));
    } catch (DirectoryNotEmptyException e) {
      return; // Somebody has put files there since.
    } catch (FileSystemException e) {
      return; // Somebody has mounted there since.
    }
  }

  /**
   * Takes a mount out of the kernel's table whose process is gone, unless another serves that place
   * by now; returns whether it was there.
   */
  static boolean detachDead(MountRegistry registry, Running dead) throws IOException {
    Path place = Path.of(dead.what().place());
    if (!FuseMount.mountPoints().contains(place) || isAnyAlive(registry.at(dead.what().place()))) {
      return false;
    }
    FuseMount.unmount(place);
    return true;
  }
}
