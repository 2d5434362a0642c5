package dozo.server.upkeep;

import dozo.repository.work.StopSignal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A task that was begun.
 *
 * <p>Safe for use by several threads.
 */
public final class UpkeepJob {

  private final UUID id = UUID.randomUUID();
  private final UpkeepTask task;
  private final String by;
  private final Instant begun;
  private final StopSignal stop = new StopSignal();
  private final JobLog jobLog;
  private String phase = "";
  private long done;
  private long total;
  private @Nullable Instant ended;
  private @Nullable ObjectNode result;
  private @Nullable Throwable failure;

  UpkeepJob(UpkeepTask task, String by, InstantSource clock) {
    this.task = task;
    this.by = by;
    this.begun = clock.instant();
    this.jobLog = new JobLog(clock);
    jobLog.add("Begun by " + by);
  }

  /** Names it. */
  public UUID id() {
    return id;
  }

  UpkeepTask task() {
    return task;
  }

  StopSignal stop() {
    return stop;
  }

  synchronized boolean isRunning() {
    return ended == null;
  }

  /** Hears how far the task is. */
  UpkeepTask.Listener listener() {
    return new UpkeepTask.Listener() {
      @Override
      public void progress(String what, long soFar, long whole) {
        advance(what, soFar, whole);
      }

      @Override
      public void note(String line) {
        log(line);
      }
    };
  }

  private synchronized void advance(String what, long soFar, long whole) {
    if (!phase.equals(what)) {
      jobLog.add("Phase " + what);
    }
    phase = what;
    done = soFar;
    total = whole;
  }

  private synchronized void log(String line) {
    jobLog.add(line);
  }

  /** Asks the task to end soon. */
  synchronized void askToStop(String by) {
    if (isRunning() && !stop.isStopped()) {
      jobLog.add("Told to stop by " + by);
      stop.stop();
    }
  }

  synchronized void succeeded(ObjectNode report, Instant at) {
    jobLog.add("Done");
    result = report;
    ended = at;
  }

  synchronized void failed(Throwable cause, Instant at) {
    failure = cause;
    jobLog.add("Failed: " + problem(cause));
    ended = at;
  }

  private static String problem(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? cause.toString() : message;
  }

  /** What is done, in a word. */
  public String kind() {
    return task.kind();
  }

  /** Whether it has ended without success. */
  public synchronized boolean hasFailed() {
    return failure != null;
  }

  /** Why it failed, if it did. */
  synchronized Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /** What is known of it, with its report and its log. */
  public synchronized ObjectNode toJson() {
    ObjectNode node = summary();
    if (result != null) {
      node.set("result", result.deepCopy());
    }
    node.set("log", jobLog.toJson());
    return node;
  }

  /** What is known of it, without its report and its log. */
  public synchronized ObjectNode summary() {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", id.toString())
            .put("kind", task.kind())
            .put("by", by)
            .put("begun", begun.toString())
            .put("state", ended == null ? "running" : failure == null ? "done" : "failed");
    if (ended == null) {
      node.putObject("progress").put("phase", phase).put("done", done).put("total", total);
    } else {
      node.put("ended", ended.toString());
    }
    if (stop.isStopped()) {
      node.put("stopAsked", true);
    }
    if (failure != null) {
      node.put("problem", problem(failure));
    }
    return node;
  }
}
