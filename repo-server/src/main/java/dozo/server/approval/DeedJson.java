package dozo.server.approval;

import dozo.format.manifest.RestorePointId;
import dozo.server.upkeep.JsonMembers;
import java.time.Instant;
import java.util.UUID;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What is to be done, as the member {@code what} of a request. */
final class DeedJson {

  private static final String ACTION = "action";
  private static final String RESTORE_POINT = "restorePoint";
  private static final String PIN = "pin";
  private static final String TASK = "task";
  private static final String PLAN = "plan";
  private static final String REPLACES = "replaces";
  private static final String NOTE = "note";
  private static final String JUMPED_TO = "jumpedTo";

  private DeedJson() {}

  static ObjectNode write(Deed deed) {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put(ACTION, deed.action());
    switch (deed) {
      case Deed.Forget forget -> node.put(RESTORE_POINT, forget.restorePoint().toString());
      case Deed.Unpin unpin -> node.put(PIN, unpin.pin().toString());
      case Deed.BeginJob job -> node.set(TASK, job.task().deepCopy());
      case Deed.SetPlan set -> node.put(REPLACES, set.replaces()).set(PLAN, set.plan().deepCopy());
      case Deed.ConfirmClock confirm -> node.put(JUMPED_TO, confirm.jumpedTo().toString());
      case Deed.Acknowledge seen ->
          node.put(RESTORE_POINT, seen.restorePoint().toString()).put(NOTE, seen.note());
    }
    return node;
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if a member is missing, unknown or wrong
   */
  static Deed read(ObjectNode node) {
    JsonMembers members = new JsonMembers(node, "request");
    String action = members.required(ACTION);
    Deed deed =
        switch (action) {
          case Deed.Forget.ACTION ->
              new Deed.Forget(RestorePointId.parse(members.required(RESTORE_POINT)));
          case Deed.Unpin.ACTION -> new Deed.Unpin(UUID.fromString(members.required(PIN)));
          case Deed.BeginJob.ACTION -> new Deed.BeginJob(object(members, TASK));
          case Deed.SetPlan.ACTION ->
              new Deed.SetPlan(object(members, PLAN), members.required(REPLACES));
          case Deed.ConfirmClock.ACTION ->
              new Deed.ConfirmClock(Instant.parse(members.required(JUMPED_TO)));
          case Deed.Acknowledge.ACTION ->
              new Deed.Acknowledge(
                  RestorePointId.parse(members.required(RESTORE_POINT)), members.required(NOTE));
          default -> throw new IllegalArgumentException("There is no action \"" + action + "\"");
        };
    members.requireAllTaken();
    return deed;
  }

  private static ObjectNode object(JsonMembers members, String name) {
    return members
        .object(name)
        .orElseThrow(() -> new IllegalArgumentException("A request needs a " + name));
  }
}
