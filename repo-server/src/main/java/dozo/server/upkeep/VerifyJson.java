package dozo.server.upkeep;

import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.repository.verify.DamagedPack;
import dozo.repository.verify.VerifyReport;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What verifying found, as JSON. */
final class VerifyJson {

  /** So many findings of a kind: a job's report is kept in memory and sent whole. */
  private static final int WRITTEN = 1_000;

  private VerifyJson() {}

  /**
   * Writes a report.
   *
   * @param points has the restore points that were verified, for the names of their VMs
   */
  static ObjectNode write(VerifyReport report, Map<RestorePointId, RestorePoint> points) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("sound", report.isSound())
            .put("stopped", report.isStopped())
            .put("restorePoints", report.restorePoints())
            .put("readBytes", report.packBytes())
            .put("packs", report.packs())
            .put("freshPacks", report.freshPacks())
            .put("moreDamages", report.moreDamages() + over(report.damages()))
            .put("moreDamagedPacks", over(report.damagedPacks()))
            .put("moreBrokenFiles", over(report.brokenFiles()));
    ArrayNode damages = node.putArray("damages");
    for (VerifyReport.Damage damage : first(report.damages())) {
      @Nullable RestorePoint point = points.get(damage.restorePoint());
      damages
          .addObject()
          .put("restorePoint", damage.restorePoint().toString())
          .put("vm", point == null ? "a VM" : point.vm().name())
          .put("name", damage.name())
          .put("offset", damage.offset())
          .put("lengthBytes", damage.lengthBytes())
          .put("message", damage.reason());
    }
    ArrayNode packs = node.putArray("damagedPacks");
    for (DamagedPack pack : first(report.damagedPacks())) {
      packs
          .addObject()
          .put("pack", pack.id().toString())
          .put("condition", pack.condition().name())
          .put("ranges", pack.ranges())
          .put("bytes", pack.bytes())
          .put("message", pack.reason());
    }
    first(report.brokenFiles()).forEach(node.putArray("brokenFiles")::add);
    return node;
  }

  private static <T> List<T> first(List<T> found) {
    return found.subList(0, Math.min(found.size(), WRITTEN));
  }

  private static int over(List<?> found) {
    return Math.max(0, found.size() - WRITTEN);
  }
}
