package dozo.cli;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Work that is to end in good order when the process is told to end: by Ctrl-C, SIGTERM or a closed
 * terminal.
 *
 * <p>The JVM answers such a signal by running what {@link #watch} has registered, beside the main
 * thread. That cancels the work and holds the JVM until {@link #leave}: the main thread gets to
 * clean up and to say what happened.
 */
final class Interruption implements AutoCloseable {

  /** How long work that was cancelled may take to end. */
  private static final int PATIENCE_SECONDS = 20;

  /** How long a command may take to end of which no work was cancelled: it may be cleaning up. */
  private static final int IDLE_PATIENCE_SECONDS = 3;

  /** How long a service may take; it bounds itself what it waits for. */
  private static final int SERVICE_PATIENCE_SECONDS = 3_600;

  private static final Set<Interruption> UNDER_WAY = ConcurrentHashMap.newKeySet();
  private static final CountDownLatch LEFT = new CountDownLatch(1);
  private static volatile boolean told;
  private static volatile boolean service;

  private final Runnable cancel;

  private Interruption(Runnable cancel) {
    this.cancel = cancel;
  }

  /** Takes care of signals; called once, by the process's main method. */
  static void watch() {
    Runtime.getRuntime().addShutdownHook(new Thread(Interruption::end, "dozo-interruption"));
  }

  private static void end() {
    told = true;
    int patience = UNDER_WAY.isEmpty() ? IDLE_PATIENCE_SECONDS : PATIENCE_SECONDS;
    UNDER_WAY.forEach(work -> work.cancel.run());
    try {
      LEFT.await(service ? SERVICE_PATIENCE_SECONDS : patience, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Leaves the process. If it was told to end, with the signal's exit code; a service with 0. */
  static void leave(int code) {
    if (told && service) {
      // Only halting lets one choose the code once the JVM is ending.
      Runtime.getRuntime().halt(ExitCode.OK.code());
    }
    LEFT.countDown();
    System.exit(code);
  }

  /**
   * Begins work that can be cancelled.
   *
   * @param cancel makes it end soon; runs on a thread of its own and at most once
   */
  static Interruption cancels(Runnable cancel) {
    Interruption work = new Interruption(cancel);
    UNDER_WAY.add(work);
    if (told) {
      cancel.run();
    }
    return work;
  }

  /**
   * Begins a service, for which being told to end is the usual end.
   *
   * @param end makes it end; runs on a thread of its own
   */
  static Interruption ends(Runnable end) {
    service = true;
    return cancels(end);
  }

  /** The work has ended, whichever way. */
  @Override
  public void close() {
    UNDER_WAY.remove(this);
  }
}
