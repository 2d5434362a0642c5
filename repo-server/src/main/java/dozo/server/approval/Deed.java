package dozo.server.approval;

import dozo.format.manifest.RestorePointId;
import java.time.Instant;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** Something that an admin may do and nobody can take back for good. */
public sealed interface Deed {

  /** Its word, which is also the audit log's. */
  String action();

  /** Forgets a restore point, whatever a policy says. */
  record Forget(RestorePointId restorePoint) implements Deed {

    static final String ACTION = "forget";

    @Override
    public String action() {
      return ACTION;
    }
  }

  /** Takes a pin or hold away. */
  record Unpin(UUID pin) implements Deed {

    static final String ACTION = "unpin";

    @Override
    public String action() {
      return ACTION;
    }
  }

  /**
   * Runs a job.
   *
   * @param task as it was sent
   */
  record BeginJob(ObjectNode task) implements Deed {

    static final String ACTION = "begin-job";

    /** Keeps a copy. */
    public BeginJob {
      task = task.deepCopy();
    }

    @Override
    public String action() {
      return ACTION;
    }
  }

  /**
   * Sets what the server does by itself.
   *
   * @param plan as it was sent
   * @param replaces the digest of the plan that it was compared with
   */
  record SetPlan(ObjectNode plan, String replaces) implements Deed {

    static final String ACTION = "set-plan";

    /** Keeps a copy. */
    public SetPlan {
      plan = plan.deepCopy();
    }

    @Override
    public String action() {
      return ACTION;
    }
  }

  /**
   * Believes the server's clock after a jump, so that what it stopped goes on.
   *
   * @param jumpedTo names the jump
   */
  record ConfirmClock(Instant jumpedTo) implements Deed {

    static final String ACTION = "confirm-clock";

    @Override
    public String action() {
      return ACTION;
    }
  }

  /**
   * Has somebody have seen that a restore point's data is odd, which shields its VM no more.
   *
   * @param note why that is well
   */
  record Acknowledge(RestorePointId restorePoint, String note) implements Deed {

    static final String ACTION = "acknowledge";

    @Override
    public String action() {
      return ACTION;
    }
  }
}
