package dozo.server.admin;

import dozo.format.manifest.RestorePoint;
import dozo.protocol.Role;
import dozo.server.auth.Principal;
import dozo.server.auth.Scope;
import dozo.server.listing.VisibleRestorePoints;
import dozo.server.mounts.HostMount;
import dozo.server.mounts.HostMounts;
import dozo.server.mounts.HostOverlay;
import dozo.server.mounts.MountForm;
import dozo.server.mounts.MountOrder;
import dozo.server.mounts.MountRefusedException;
import dozo.server.mounts.NbdOrder;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the routes answer that mount restore points on the server's host, or serve their disks there
 * by NBD. A mount is read with the server's own rights, so a token may begin none of what it could
 * not read itself, and sees and ends none but of restore points in its scope. What is not known to
 * show such a one (all restore points, or one that was forgotten) is for tokens without a scope,
 * and mounts of other repositories on this host are for its admins.
 */
final class MountsApi {

  private static final int CREATED = 201;
  private static final int NO_CONTENT = 204;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  private final UUID repository;
  private final VisibleRestorePoints visible;
  private final HostMounts mounts;

  MountsApi(UUID repository, VisibleRestorePoints visible, HostMounts mounts) {
    this.repository = repository;
    this.visible = visible;
    this.mounts = mounts;
  }

  void list(Context http, Principal caller) throws IOException {
    list(http, caller, "mounts", false);
  }

  void listExports(Context http, Principal caller) throws IOException {
    list(http, caller, "exports", true);
  }

  private void list(Context http, Principal caller, String member, boolean exports)
      throws IOException {
    ObjectNode body = AdminJson.object();
    ArrayNode list = body.putArray(member);
    for (HostMount mount : mounts.list()) {
      if (mount.isExport() == exports && mayKnow(caller, mount)) {
        list.add(json(caller, mount));
      }
    }
    AdminJson.answer(http, body);
  }

  private ObjectNode json(Principal caller, HostMount mount) {
    return MountsJson.write(mount, mount.restorePoint().flatMap(id -> visible.find(caller, id)));
  }

  private boolean mayKnow(Principal caller, HostMount mount) {
    boolean ours = mount.server().equals(Optional.of(repository));
    return mount.restorePoint().flatMap(id -> visible.find(caller, id)).isPresent()
        || (isForAll(caller) && (ours || caller.role() == Role.ADMIN));
  }

  private static boolean isForAll(Principal caller) {
    return caller.scope().equals(Scope.EVERYTHING);
  }

  void begin(Context http, Principal caller) throws Exception {
    MountWish wish = MountWish.parse(AdminJson.readObject(http.bodyAsBytes()));
    Optional<RestorePoint> point = wish.find(visible, caller);
    if (point.isEmpty()) {
      UpkeepApi.requireForAll(caller);
    }
    point.ifPresent(it -> AuditedCall.tell(http, "restorePoint", it.id()));
    requireMayOpen(wish.rights(), caller);
    MountOrder order = wish.order(point, caller.name());
    if (order.form() instanceof MountForm.Writing writing) {
      requireOwnOverlay(writing.overlay(), point.orElseThrow(), caller);
    }
    HostMount mount;
    try {
      mount = mounts.begin(order);
    } catch (MountRefusedException e) {
      throw problem(e);
    }
    AuditedCall.tell(http, "mount", mount.id());
    AuditedCall.tell(http, "mountPoint", mount.place());
    http.status(CREATED).header("Location", "/api/v1/mounts/" + mount.id());
    AdminJson.answer(http, json(caller, mount));
  }

  void beginExport(Context http, Principal caller) throws Exception {
    NbdWish wish = NbdWish.parse(AdminJson.readObject(http.bodyAsBytes()));
    RestorePoint point = wish.what().find(visible, caller);
    AuditedCall.tell(http, "restorePoint", point.id());
    NbdOrder order = wish.order(point, caller.name());
    if (order.writing().isPresent()) {
      requireOwnOverlay(order.writing().get().overlay(), point, caller);
    }
    HostMount export;
    try {
      export = mounts.serve(order);
    } catch (MountRefusedException e) {
      throw problem(e);
    }
    AuditedCall.tell(http, "export", export.id());
    AuditedCall.tell(http, "uri", export.place());
    http.status(CREATED).header("Location", "/api/v1/nbd-exports/" + export.id());
    AdminJson.answer(http, json(caller, export));
  }

  /** Who of the host's users may look into a guest's disks, or write to them, is for its admins. */
  private static void requireMayOpen(MountOrder.Rights rights, Principal caller)
      throws ProblemException {
    if (caller.role() != Role.ADMIN && !rights.equals(MountOrder.Rights.USUAL)) {
      throw new ProblemException(
          FORBIDDEN,
          "A token of role "
              + caller.role().word()
              + " cannot say which users of the server's host may look inside: leave owner and mode"
              + " out, or give an admin's token");
    }
  }

  /** An overlay of that name that lies over another VM is nothing that one may learn of. */
  private void requireOwnOverlay(Optional<String> named, RestorePoint point, Principal caller)
      throws IOException, ProblemException {
    if (named.isEmpty()) {
      return;
    }
    String name = named.get();
    for (HostOverlay overlay : mounts.overlays()) {
      if (overlay.name().equals(name)
          && !visible
              .find(caller, overlay.restorePoint())
              .filter(beneath -> beneath.vm().isSameVm(point.vm()))
              .isPresent()) {
        throw new ProblemException(
            CONFLICT, "The name " + name + " is taken by an overlay of something else");
      }
    }
  }

  /** Ends a mount, or an export. */
  void end(Context http, Principal caller, boolean isExport) throws Exception {
    String id = http.pathParam("id");
    HostMount mount =
        mounts.list().stream()
            .filter(each -> each.isExport() == isExport)
            .filter(each -> each.id().equals(id) && mayKnow(caller, each))
            .findFirst()
            .orElseThrow(() ->
                new ProblemException(
                    NOT_FOUND, "There is no " + (isExport ? "export " : "mount ") + id));
    if (caller.role() != Role.ADMIN && !mount.server().equals(Optional.of(repository))) {
      throw new ProblemException(
          FORBIDDEN,
          "A token of role " + caller.role().word() + " ends only what this server has begun");
    }
    try {
      mounts.end(mount, MountsJson.flag(http.queryParam("force")));
    } catch (MountRefusedException e) {
      throw problem(e);
    }
    http.status(NO_CONTENT);
  }

  /** What a refusal by the host is for who asked. */
  static ProblemException problem(MountRefusedException refused) {
    int status =
        switch (refused.reason()) {
          case INVALID -> 400;
          case NOT_FOUND -> NOT_FOUND;
          case CONFLICT -> CONFLICT;
          case BUSY -> 503;
          case NO_SPACE -> 507;
          case FAILED -> 500;
        };
    return new ProblemException(status, String.valueOf(refused.getMessage()));
  }
}
