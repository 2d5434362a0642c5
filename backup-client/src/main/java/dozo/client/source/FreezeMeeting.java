package dozo.client.source;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Where the backups of several machines meet, so that there is an instant at which all of them
 * stand still: each waits for the others before it freezes, then with its guest frozen, and once
 * more before it lets the guest go on. If one does not come in time or leaves, nobody waits any
 * longer.
 *
 * <p>Used by one thread a machine.
 */
public final class FreezeMeeting {

  /** How long a machine may take until it is ready to freeze; no guest waits meanwhile. */
  private static final Duration PREPARATION = Duration.ofMinutes(5);

  private final int machines;
  private final Phaser phaser;

  /**
   * Calls a meeting.
   *
   * @param machines how many come, 1 to 256
   */
  public FreezeMeeting(int machines) {
    if (machines < 1 || machines > 256) {
      throw new IllegalArgumentException("1 to 256 machines meet, not " + machines);
    }
    this.machines = machines;
    this.phaser = new Phaser(machines);
  }

  /** A meeting of one machine, which waits for nobody. */
  public static FreezeMeeting alone() {
    return new FreezeMeeting(1);
  }

  /** Whether there is anybody to wait for. */
  public boolean isOfSeveral() {
    return machines > 1;
  }

  /**
   * Waits until all are ready to freeze.
   *
   * @throws IOException if that does not come to be
   */
  public void ready() throws IOException {
    await(PREPARATION, "are ready to freeze");
  }

  /**
   * Waits until the guests of all stand still.
   *
   * @throws IOException if that does not come to be in time; one's own guest has to go on then
   */
  public void frozen(Duration limit) throws IOException {
    await(limit, "stood still at the same time");
  }

  /**
   * Waits until all have made what they stood still for.
   *
   * @throws IOException if that does not come to be in time; one's own guest has to go on then
   */
  public void made(Duration limit) throws IOException {
    await(limit, "have been caught at the same time");
  }

  private void await(Duration limit, String what) throws IOException {
    int phase = phaser.arrive();
    try {
      if (phase >= 0
          && phaser.awaitAdvanceInterruptibly(phase, limit.toNanos(), TimeUnit.NANOSECONDS) >= 0) {
        return;
      }
    } catch (TimeoutException e) {
      leave();
      throw new IOException("Not all machines of the group " + what + " within " + limit, e);
    } catch (InterruptedException e) {
      leave();
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("Interrupted among machines").initCause(e);
    }
    throw new IOException("Another machine of the group has given up before all " + what);
  }

  /** Lets nobody wait for this machine: it has failed. Of no effect once all are through. */
  public void leave() {
    phaser.forceTermination();
  }
}
