package dozo.server.admin;

import dozo.server.auth.Principal;
import dozo.server.auth.Scope;
import dozo.server.listing.VisibleRestorePoints;
import dozo.server.mounts.ExportOrder;
import dozo.server.mounts.HostMounts;
import dozo.server.mounts.HostOverlay;
import dozo.server.mounts.MountRefusedException;
import dozo.server.upkeep.CommitTask;
import dozo.server.upkeep.ExportTask;
import dozo.server.upkeep.JsonMembers;
import dozo.server.upkeep.OverlayTask;
import io.javalin.http.Context;
import java.io.IOException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the routes answer that look after what was written to writable mounts. To save it as a
 * restore point, or as a file of the server's host, is a job like any other, so both take a token
 * without a scope, as jobs do.
 */
final class OverlaysApi {

  private static final int NO_CONTENT = 204;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  private final AdminParts parts;
  private final VisibleRestorePoints visible;
  private final UpkeepApi upkeep;
  private final HostMounts mounts;

  OverlaysApi(AdminParts parts, VisibleRestorePoints visible, UpkeepApi upkeep) {
    this.parts = parts;
    this.visible = visible;
    this.upkeep = upkeep;
    this.mounts = parts.mounts();
  }

  void list(Context http, Principal caller) throws IOException {
    ObjectNode body = AdminJson.object();
    ArrayNode list = body.putArray("overlays");
    for (HostOverlay overlay : mounts.overlays()) {
      if (mayKnow(caller, overlay)) {
        list.add(MountsJson.write(overlay));
      }
    }
    AdminJson.answer(http, body);
  }

  private boolean mayKnow(Principal caller, HostOverlay overlay) {
    return visible.find(caller, overlay.restorePoint()).isPresent()
        || caller.scope().equals(Scope.EVERYTHING);
  }

  private HostOverlay find(Context http, Principal caller) throws IOException, ProblemException {
    String id = http.pathParam("id");
    return mounts.overlays().stream()
        .filter(each -> each.id().toString().equals(id) || each.name().equals(id))
        .filter(each -> mayKnow(caller, each))
        .findFirst()
        .orElseThrow(() -> new ProblemException(NOT_FOUND, "There is no overlay " + id));
  }

  void discard(Context http, Principal caller) throws IOException, ProblemException {
    HostOverlay overlay = find(http, caller);
    try {
      mounts.discard(overlay);
    } catch (MountRefusedException e) {
      throw MountsApi.problem(e);
    }
    http.status(NO_CONTENT);
  }

  void commit(Context http, Principal caller) throws IOException, ProblemException {
    UpkeepApi.requireForAll(caller);
    JsonMembers members = new JsonMembers(AdminJson.readObject(http.bodyAsBytes()), "commit");
    boolean discard = members.flag("discard");
    members.requireAllTaken();
    HostOverlay overlay = find(http, caller);
    if (overlay.inUse()) {
      throw new ProblemException(
          CONFLICT,
          "The overlay "
              + overlay.name()
              + " is mounted: shut the guest down and unmount it, then commit it");
    }
    begin(http, caller, new CommitTask(mounts, parts.tokens(), parts.clock(), overlay, discard));
  }

  void export(Context http, Principal caller) throws IOException, ProblemException {
    UpkeepApi.requireForAll(caller);
    JsonMembers members = new JsonMembers(AdminJson.readObject(http.bodyAsBytes()), "export");
    ExportOrder order =
        new ExportOrder(members.required("disk"), members.text("file"), members.flag("switch"));
    members.requireAllTaken();
    HostOverlay overlay = find(http, caller);
    if (order.file().isEmpty() && !overlay.inUse()) {
      throw new ProblemException(
          CONFLICT,
          "The overlay "
              + overlay.name()
              + " is not mounted, so nothing is being exported: give a file to copy to");
    }
    AuditedCall.tell(http, "disk", order.disk());
    order.file().ifPresent(file -> AuditedCall.tell(http, "file", file));
    begin(http, caller, new ExportTask(mounts, overlay, order));
  }

  private void begin(Context http, Principal caller, OverlayTask task) throws ProblemException {
    AuditedCall.tell(http, "overlay", task.overlay().name());
    upkeep.begin(http, caller, task);
  }
}
