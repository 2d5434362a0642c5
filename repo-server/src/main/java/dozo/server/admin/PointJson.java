package dozo.server.admin;

import dozo.format.manifest.Consistency;
import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointJson;
import dozo.format.manifest.VmRef;
import dozo.repository.Repository;
import dozo.repository.retention.Pin;
import dozo.repository.retention.Verification;
import dozo.server.health.DataHealth;
import dozo.server.upkeep.UpkeepJson;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Restore points as the API tells them: the JSON of their manifests, and beside it what is known of
 * them and what keeps them.
 */
final class PointJson {

  private PointJson() {}

  /** Writes a restore point for those who are not told what is known of it. */
  static ObjectNode write(RestorePoint point) {
    return RestorePointJson.toTree(point).put("sizeBytes", sizeBytes(point));
  }

  /**
   * Writes a restore point.
   *
   * @param pins those on it, whether still in force or not
   */
  static ObjectNode write(RestorePoint point, Verification verification, List<Pin> pins) {
    ObjectNode node =
        write(point).put("dataBytes", dataBytes(point)).put("verification", word(verification));
    ArrayNode list = node.putArray("pins");
    pins.forEach(pin -> list.add(UpkeepJson.write(pin)));
    return node;
  }

  /** Writes what a time line shows of a restore point. */
  static ObjectNode brief(RestorePoint point, Verification verification, List<Pin> pins) {
    Consistency consistency = point.consistency();
    ObjectNode node =
        AdminJson.object()
            .put("id", point.id().toString())
            .put("created", point.created().toString())
            .put("asked", consistency.asked().word())
            .put("achieved", consistency.achieved().word())
            .put("sizeBytes", sizeBytes(point))
            .put("dataBytes", dataBytes(point))
            .put("storedBytes", point.statistics().storedBytes())
            .put("verification", word(verification));
    if (!consistency.reason().isEmpty()) {
      node.put("reason", consistency.reason());
    }
    if (!pins.isEmpty()) {
      ArrayNode list = node.putArray("pins");
      pins.forEach(pin -> list.add(UpkeepJson.write(pin)));
    }
    return node;
  }

  /** Writes which VM it is, as its newest restore point calls it. */
  static ObjectNode write(VmRef vm) {
    return AdminJson.object()
        .put("namespace", vm.namespace())
        .put("id", vm.id().toString())
        .put("name", vm.name())
        .put("host", vm.host());
  }

  /** Adds to a VM what its newest restore point is like. */
  static void describeLatest(ObjectNode vm, RestorePoint latest, Repository repository) {
    vm.put("sizeBytes", sizeBytes(latest))
        .put("dataBytes", dataBytes(latest))
        .put("disks", latest.disks().size())
        .put("asked", latest.consistency().asked().word())
        .put("achieved", latest.consistency().achieved().word())
        .put("verification", word(repository.verification(latest)));
  }

  /** Adds to a restore point what it cost, and what is usual for its VM. */
  static void describeHealth(ObjectNode node, RestorePoint point, List<RestorePoint> before) {
    DataHealth health = DataHealth.of(point);
    ObjectNode shares =
        node.putObject("health")
            .put("newShare", health.newShare())
            .put("storedShare", health.storedShare());
    DataHealth.usual(before)
        .ifPresent(usual -> {
          shares
              .putObject("usual")
              .put("newShare", usual.newShare())
              .put("storedShare", usual.storedShare());
          health.oddity(usual).ifPresent(oddity -> shares.put("odd", oddity));
        });
  }

  static String word(Verification verification) {
    return verification.name().toLowerCase(Locale.ROOT);
  }

  /** What its disks hold as the guest sees them, holes included. */
  static long sizeBytes(RestorePoint point) {
    return point.disks().stream().mapToLong(disk -> disk.geometry().sizeBytes()).sum();
  }

  /** What of that, and of its configuration files, is no hole. */
  static long dataBytes(RestorePoint point) {
    return point.disks().stream().map(DiskEntry::map).mapToLong(map -> map.dataBytes()).sum()
        + point.files().stream().mapToLong(file -> file.map().dataBytes()).sum();
  }
}
