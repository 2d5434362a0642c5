package dozo.repository.work;

/**
 * Asks a long piece of work to stop. Whoever does the work looks now and then; what is half done by
 * then is finished or left so that running it again goes on.
 *
 * <p>Safe for use by several threads.
 */
public final class StopSignal {

  private volatile boolean stopped;

  /** Makes a signal that is not given yet. */
  public StopSignal() {}

  /** Gives the signal. It cannot be taken back. */
  public void stop() {
    stopped = true;
  }

  /** Whether the signal was given. */
  public boolean isStopped() {
    return stopped;
  }

  /**
   * Ends the caller's work if the signal was given.
   *
   * @throws StoppedException if so; the work's entry catches it
   */
  public void check() {
    if (stopped) {
      throw new StoppedException();
    }
  }

  /** Says that work ends here because it was asked to. No fault, and no stack trace. */
  public static final class StoppedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private StoppedException() {
      super("Stopped on demand", null, false, false);
    }
  }
}
