package dozo.server.upkeep;

import dozo.repository.work.StopSignal;
import java.time.Instant;
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
  private String phase = "";
  private long done;
  private long total;
  private @Nullable Instant ended;
  private @Nullable ObjectNode result;
  private @Nullable Exception failure;

  UpkeepJob(UpkeepTask task, String by, Instant begun) {
    this.task = task;
    this.by = by;
    this.begun = begun;
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

  synchronized void progress(String what, long soFar, long whole) {
    phase = what;
    done = soFar;
    total = whole;
  }

  synchronized void succeeded(ObjectNode report, Instant at) {
    result = report;
    ended = at;
  }

  synchronized void failed(Exception cause, Instant at) {
    failure = cause;
    ended = at;
  }

  /** Why it failed, if it did. */
  synchronized Optional<Exception> failure() {
    return Optional.ofNullable(failure);
  }

  /** What is known of it. */
  public synchronized ObjectNode toJson() {
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
    if (result != null) {
      node.set("result", result.deepCopy());
    }
    if (failure != null) {
      String message = failure.getMessage();
      node.put("problem", message == null ? failure.toString() : message);
    }
    return node;
  }
}
