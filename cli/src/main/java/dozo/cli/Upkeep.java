package dozo.cli;

import dozo.cli.console.Progress;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.repository.work.StopSignal;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A repository to look after, wherever it is. What comes back is JSON as the admin API has it. */
sealed interface Upkeep extends AutoCloseable permits DirectoryUpkeep, ServerUpkeep {

  /** Where it is, for people. */
  String place();

  /** All restore points, by ascending id. */
  List<RestorePoint> restorePoints() throws IOException;

  /**
   * Has a task done to its end.
   *
   * @param task as the admin API reads it
   * @param stop ends it soon
   * @return its report
   */
  ObjectNode run(ObjectNode task, Progress progress, StopSignal stop) throws IOException;

  void forget(RestorePointId id) throws IOException;

  /** The restore points that can be brought back, what was forgotten last coming first. */
  List<ObjectNode> trash() throws IOException;

  void undelete(RestorePointId id) throws IOException;

  List<ObjectNode> pins() throws IOException;

  ObjectNode pin(RestorePointId id, @Nullable Instant until, String note) throws IOException;

  void unpin(UUID pin) throws IOException;

  @Override
  void close() throws IOException;

  /** Shows how far a task is. */
  static void show(Progress progress, String phase, long done, long total) {
    String detail =
        phase.isEmpty() ? "" : String.format(Locale.ROOT, "%s %,d of %,d", phase, done, total);
    progress.show(
        new Progress.Step(
            0, 0, detail, json -> json.put("phase", phase).put("done", done).put("total", total)));
  }
}
