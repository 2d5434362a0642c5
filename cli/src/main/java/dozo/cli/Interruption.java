package dozo.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Work that is to end in good order when the process is told to end: by Ctrl-C, SIGTERM or a closed
 * terminal.
 *
 * <p>The JVM then runs the clean-up given here, waits until the work has been closed, and leaves
 * with 130 or 143 itself.
 */
final class Interruption implements AutoCloseable {

  /** How long work that was cancelled may take to end. */
  private static final int PATIENCE_SECONDS = 20;

  /** How long a service may take; it bounds itself what it waits for. */
  private static final int SERVICE_PATIENCE_SECONDS = 3_600;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final boolean isService;
  private final Thread hook;

  private Interruption(Runnable cancel, boolean isService) {
    this.isService = isService;
    hook =
        new Thread(
            () -> {
              cancel.run();
              try {
                ended.await(
                    isService ? SERVICE_PATIENCE_SECONDS : PATIENCE_SECONDS, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "dozo-interruption");
  }

  /**
   * Begins work that can be cancelled.
   *
   * @param cancel makes it end soon; runs on a thread of its own and at most once
   */
  static Interruption cancels(Runnable cancel) {
    return begin(new Interruption(cancel, false));
  }

  /**
   * Begins a service, for which being told to end is the usual end: the process leaves with 0.
   *
   * @param end makes it end; runs on a thread of its own and at most once
   */
  static Interruption ends(Runnable end) {
    return begin(new Interruption(end, true));
  }

  private static Interruption begin(Interruption interruption) {
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /** The work has ended, whichever way. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already; only halting lets a service choose its exit code then.
      if (isService) {
        Runtime.getRuntime().halt(ExitCode.OK.code());
      }
    }
    ended.countDown();
  }
}
