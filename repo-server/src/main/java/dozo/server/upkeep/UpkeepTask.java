package dozo.server.upkeep;

import dozo.repository.Repository;
import dozo.repository.sweep.SweepRequest;
import dozo.repository.work.StopSignal;
import java.io.IOException;
import tools.jackson.databind.node.ObjectNode;

/** Work on a repository that somebody asks for. */
public sealed interface UpkeepTask
    permits PruneTask, SweepTask, VerifyTask, SpaceTask, OverlayTask {

  /** Its word in JSON. */
  String kind();

  /** What it is, for people. */
  default String text() {
    return kind();
  }

  /** Whether it decides by the clock what goes, so that it must not run while that may be wrong. */
  default boolean trustsTheClock() {
    return false;
  }

  /** Whether it can take something away before its usual time, which not every operator may. */
  boolean needsAdmin();

  /** Whether it runs beside those that do not, which then need not wait for it. */
  default boolean runsBesideOthers() {
    return false;
  }

  /** Whether it cannot begin before one that runs has ended. */
  default boolean waitsFor(UpkeepTask running) {
    return !(running instanceof OverlayTask) && runsBesideOthers() == running.runsBesideOthers();
  }

  /**
   * Does the work.
   *
   * @param stop ends it soon; what is done stays done
   * @return the report
   * @throws IllegalArgumentException if it names something that is not there
   */
  ObjectNode run(Repository repository, Listener listener, StopSignal stop) throws IOException;

  /** Hears how far a task is. Called on the thread that works. */
  @FunctionalInterface
  interface Listener {

    /** Hears nothing. */
    Listener NONE = (phase, done, total) -> {};

    /**
     * Some more is done.
     *
     * @param phase what is being done, in one word
     */
    void progress(String phase, long done, long total);

    /** Something happened that is worth a line in the job's log. */
    default void note(String line) {}
  }

  /**
   * Reads a task.
   *
   * @param sweep how a sweep goes where the task does not say otherwise
   * @throws IllegalArgumentException if a member is missing, unknown or wrong
   */
  static UpkeepTask parse(ObjectNode json, SweepRequest sweep) {
    JsonMembers members = new JsonMembers(json, "task");
    String kind = members.text("kind").orElse("");
    return switch (kind) {
      case PruneTask.KIND -> PruneTask.parse(members);
      case SweepTask.KIND -> SweepTask.parse(members, sweep);
      case VerifyTask.KIND -> VerifyTask.parse(members);
      case SpaceTask.KIND -> SpaceTask.parse(members);
      default ->
          throw new IllegalArgumentException(
              "The kind of a task is prune, sweep, verify or space, not \"" + kind + "\"");
    };
  }
}
