package dozo.server.net;

import dozo.format.ErrorCode;
import dozo.protocol.Protocol;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * The requests of one connection that may wait for the engine. Some run at a time and take turns;
 * none goes on while the client does not take what it asked for before.
 *
 * <p>For the connection's event loop; the jobs run elsewhere.
 */
final class JobQueue {

  /** Enough to keep the engine busy for one client, few enough to leave it to others. */
  private static final int RUNNING = 4;

  private final Channel channel;
  private final Executor blocking;
  private final Runnable changed;
  private final Queue<Job> waiting = new ArrayDeque<>();
  private int running;
  private boolean closed;

  /**
   * Makes an empty queue.
   *
   * @param changed runs whenever {@link #isFull} may have changed
   */
  JobQueue(Channel channel, Executor blocking, Runnable changed) {
    this.channel = channel;
    this.blocking = blocking;
    this.changed = changed;
  }

  /** Whether the connection should not be read for now. */
  boolean isFull() {
    return waiting.size() + running >= Protocol.MAXIMUM_READS;
  }

  /** Whether nothing waits or runs. */
  boolean isEmpty() {
    return waiting.isEmpty() && running == 0;
  }

  /** Takes a request. */
  void submit(Job job) {
    waiting.add(job);
    pump();
    changed.run();
  }

  /** Lets jobs go on. Called when the channel can be written to again. */
  void pump() {
    while (!closed && running < RUNNING && channel.isWritable() && !waiting.isEmpty()) {
      Job job = waiting.remove();
      running++;
      try {
        blocking.execute(() -> run(job));
      } catch (RejectedExecutionException e) {
        running--;
        job.refuse(ErrorCode.BUSY, "The server has too many requests to answer; try again later");
      }
    }
  }

  private void run(Job job) {
    boolean more = false;
    try {
      more = job.step();
    } catch (Throwable e) {
      job.fail(e);
    }
    boolean again = more;
    channel.eventLoop().execute(() -> ran(job, again));
  }

  private void ran(Job job, boolean more) {
    running--;
    if (more && !closed) {
      waiting.add(job);
    }
    pump();
    changed.run();
  }

  /** Begins nothing more. */
  void close() {
    closed = true;
    waiting.clear();
  }
}
