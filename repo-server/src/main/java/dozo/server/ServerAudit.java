package dozo.server;

import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.VmRef;
import dozo.server.audit.Actor;
import dozo.server.audit.AuditEvent;
import dozo.server.audit.AuditTrail;
import dozo.server.audit.Outcome;
import dozo.server.session.ReceivingSession;
import dozo.server.upkeep.JobListener;
import dozo.server.upkeep.UpkeepJob;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the audit log is told of what sessions and jobs have done.
 *
 * <p>Safe for use by several threads; never waits.
 */
final class ServerAudit implements JobListener {

  private final AuditTrail trail;

  ServerAudit(AuditTrail trail) {
    this.trail = trail;
  }

  /** A restore point is on stable storage. */
  void committed(ReceivingSession session) {
    VmRef vm = session.vm();
    AuditEvent event =
        trail
            .event(Actor.of(session.principal(), Optional.empty()), "commit", Outcome.DONE)
            .with("session", session.id())
            .with("namespace", vm.namespace())
            .with("vm", vm.id())
            .with("vmName", vm.name());
    trail.note(
        session
            .receipt()
            .map(receipt -> receipt.restorePoint())
            .map(RestorePoint::id)
            .map(id -> event.with("restorePoint", id))
            .orElse(event));
  }

  @Override
  public void begun(UpkeepJob job) {
    trail.note(event(job, Outcome.BEGUN));
  }

  @Override
  public void ended(UpkeepJob job) {
    ObjectNode told = job.toJson();
    boolean failed = told.has("problem");
    AuditEvent event = event(job, failed ? Outcome.FAILED : Outcome.DONE);
    if (failed) {
      trail.note(event.with("problem", told.path("problem").asString("")));
      return;
    }
    JsonNode result = told.path("result");
    for (String name :
        new String[] {"dryRun", "stopped", "forgotten", "retiredBytes", "purgedBytes"}) {
      if (result.has(name)) {
        event = event.with(name, result.path(name).asString());
      }
    }
    if (!result.path("dryRun").asBoolean(false)) {
      forgotten(job, result);
    }
    trail.note(event);
  }

  /** Each restore point that a policy let go has an entry of its own. */
  private void forgotten(UpkeepJob job, JsonNode result) {
    for (JsonNode vm : result.path("vms")) {
      for (JsonNode decision : vm.path("decisions")) {
        if (decision.path("word").asString("").equals("forget")) {
          trail.note(
              trail
                  .event(Actor.SERVER, "forget", Outcome.DONE)
                  .with("job", job.id())
                  .with("restorePoint", decision.path("restorePoint").asString(""))
                  .with("namespace", vm.path("namespace").asString(""))
                  .with("vm", vm.path("id").asString(""))
                  .with("vmName", vm.path("name").asString(""))
                  .with("why", decision.path("why").asString("")));
        }
      }
    }
  }

  private AuditEvent event(UpkeepJob job, Outcome outcome) {
    ObjectNode told = job.toJson();
    return trail
        .event(Actor.SERVER, told.path("kind").asString("job"), outcome)
        .with("job", job.id())
        .with("by", told.path("by").asString(""));
  }
}
