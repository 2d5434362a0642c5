package dozo.server.admin;

import dozo.format.manifest.RestorePoint;
import dozo.server.mounts.HostMount;
import dozo.server.mounts.HostOverlay;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Mounts and overlays as JSON. */
final class MountsJson {

  private MountsJson() {}

  /**
   * Writes a mount.
   *
   * @param point what it shows, if that is one restore point that is still there
   */
  static ObjectNode write(HostMount mount, Optional<RestorePoint> point) {
    ObjectNode node =
        AdminJson.object()
            .put("id", mount.id())
            .put("state", mount.state().name().toLowerCase(Locale.ROOT))
            .put(mount.isExport() ? "uri" : "path", mount.place())
            .put("process", mount.process())
            .put("begunBy", mount.server().isPresent() ? "server" : "command")
            .put("writable", mount.overlay().isPresent());
    mount.since().ifPresent(since -> node.put("since", since.toString()));
    mount.overlay().ifPresent(overlay -> node.put("overlay", overlay));
    mount
        .condition()
        .ifPresent(condition ->
            node.put("overlayState", condition.state()).put("overlayCause", condition.cause()));
    if (!mount.token().isEmpty()) {
      node.put("token", mount.token());
    }
    mount.restorePoint().ifPresent(id -> node.put("restorePoint", id.toString()));
    ObjectNode vm = node.putObject("vm").put("name", mount.vm());
    point.ifPresent(shown -> {
      vm.put("namespace", shown.vm().namespace()).put("id", shown.vm().id().toString());
      ArrayNode disks = node.putArray("disks");
      shown.disks().forEach(disk -> disks.add(disk.name()));
    });
    return node;
  }

  static ObjectNode write(HostOverlay overlay) {
    ObjectNode node =
        AdminJson.object()
            .put("id", overlay.id().toString())
            .put("name", overlay.name())
            .put("restorePoint", overlay.restorePoint().toString())
            .put("vm", overlay.vm())
            .put("created", overlay.created().toString())
            .put("mounted", overlay.inUse())
            .put("storedBytes", overlay.storedBytes());
    ArrayNode disks = node.putArray("disks");
    overlay.disks().forEach(disks::add);
    return node;
  }

  /**
   * Reads a parameter that is there or not; {@code ?force} and {@code ?force=true} say the same.
   */
  static boolean flag(@Nullable String value) {
    if (value == null || value.equals("false")) {
      return false;
    }
    if (value.isEmpty() || value.equals("true")) {
      return true;
    }
    throw new IllegalArgumentException("A parameter is true or false, not " + value);
  }
}
