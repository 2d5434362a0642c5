package dozo.server.upkeep;

import dozo.repository.catalogue.TrashedPoint;
import dozo.repository.prune.PruneReport;
import dozo.repository.retention.Pin;
import dozo.repository.retention.RetentionDecision;
import dozo.repository.retention.RetentionPlan;
import dozo.repository.space.SpaceReport;
import dozo.repository.sweep.SweepReport;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What upkeep reports, as JSON, for the API and for commands alike. */
public final class UpkeepJson {

  private UpkeepJson() {}

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ObjectNode write(PruneReport report) {
    ObjectNode node =
        object().put("dryRun", report.isDryRun()).put("forgotten", report.forgotten());
    ArrayNode vms = node.putArray("vms");
    for (PruneReport.Vm vm : report.vms()) {
      ObjectNode each =
          vms.addObject()
              .put("namespace", vm.vm().namespace())
              .put("id", vm.vm().id().toString())
              .put("name", vm.vm().name());
      switch (vm.plan()) {
        case RetentionPlan.Refused no -> each.put("refused", no.why());
        case RetentionPlan.Decided decided -> {
          ArrayNode decisions = each.putArray("decisions");
          for (RetentionDecision decision : decided.decisions()) {
            boolean isSpared = vm.sparedInUse().contains(decision.candidate().id());
            decisions
                .addObject()
                .put("restorePoint", decision.candidate().id().toString())
                .put("created", decision.candidate().created().toString())
                .put("word", decision.isKept() || isSpared ? "keep" : "forget")
                .put("why", isSpared ? "in use by a reader since" : decision.explanation());
          }
        }
      }
    }
    return node;
  }

  static ObjectNode write(SweepReport report) {
    ObjectNode node =
        object()
            .put("dryRun", report.isDryRun())
            .put("stopped", report.isStopped())
            .put("restorePoints", report.restorePoints())
            .put("liveChunks", report.live().count())
            .put("packs", report.packs().count())
            .put("packBytes", report.packs().bytes())
            .put("deadPacks", report.dead().count())
            .put("deadBytes", report.dead().bytes())
            .put("compactedPacks", report.compacted().count())
            .put("compactedBytes", report.compacted().bytes())
            .put("writtenPacks", report.written().count())
            .put("writtenBytes", report.written().bytes())
            .put("claimedPacks", report.claimed().count())
            .put("claimedBytes", report.claimed().bytes())
            .put("wasteBytes", report.wasteBytes())
            .put("retiredBytes", report.retiredBytes())
            .put("purgedRestorePoints", report.purgedRestorePoints())
            .put("purgedPacks", report.purged().count())
            .put("purgedBytes", report.purged().bytes())
            .put("trashPacks", report.trash().count())
            .put("trashBytes", report.trash().bytes())
            .put("shortOfRoom", report.isShortOfRoom())
            .put("leftAlone", report.leftAlone())
            .put("moreDamaged", report.moreDamaged());
    ArrayNode damaged = node.putArray("damaged");
    for (SweepReport.Damage damage : report.damaged()) {
      damaged
          .addObject()
          .put("restorePoint", damage.restorePoint().toString())
          .put("name", damage.name())
          .put("chunk", damage.chunk())
          .put("missing", damage.isMissing());
    }
    return node;
  }

  static ObjectNode write(SpaceReport report) {
    ObjectNode node =
        object()
            .put("freedBytes", report.freedBytes())
            .put("freedChunks", report.freedChunks())
            .put("freedStoredBytes", report.freedStoredBytes());
    ArrayNode points = node.putArray("restorePoints");
    for (SpaceReport.Point point : report.points()) {
      points
          .addObject()
          .put("id", point.id().toString())
          .put("dataBytes", point.dataBytes())
          .put("exclusiveBytes", point.exclusiveBytes())
          .put("sharedBytes", point.sharedBytes());
    }
    return node;
  }

  /** A restore point in the trash. */
  public static ObjectNode write(TrashedPoint point) {
    return object().put("id", point.id().toString()).put("forgotten", point.retired().toString());
  }

  /** A pin or hold. */
  public static ObjectNode write(Pin pin) {
    ObjectNode node =
        object()
            .put("id", pin.id().toString())
            .put("restorePoint", pin.restorePoint().toString())
            .put("note", pin.note())
            .put("setBy", pin.setBy())
            .put("set", pin.set().toString());
    @Nullable Instant until = pin.until();
    return until == null ? node : node.put("until", until.toString());
  }
}
