package dozo.server.admin;

import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.repository.Repository;
import dozo.server.approval.Deed;
import dozo.server.auth.Principal;
import dozo.server.auth.Scope;
import dozo.server.health.Suspicions;
import dozo.server.health.Warning;
import dozo.server.health.Warnings;
import dozo.server.upkeep.JsonMembers;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the routes answer that tell what an operator should look at. */
final class WarningsApi {

  private static final int NO_CONTENT = 204;
  private static final int NOT_FOUND = 404;

  private final Repository repository;
  private final Suspicions suspicions;
  private final Warnings warnings;
  private final ApprovalsApi protection;
  private final Clock clock;

  WarningsApi(
      Repository repository,
      Suspicions suspicions,
      Warnings warnings,
      ApprovalsApi protection,
      Clock clock) {
    this.repository = repository;
    this.suspicions = suspicions;
    this.warnings = warnings;
    this.protection = protection;
    this.clock = clock;
  }

  void list(Context http, Principal caller) throws IOException {
    ObjectNode body = AdminJson.object();
    ArrayNode list = body.putArray("warnings");
    for (Warning warning : warnings.collect(clock.instant())) {
      if (mayKnow(caller, warning)) {
        list.add(write(warning));
      }
    }
    AdminJson.answer(http, body);
  }

  private static boolean mayKnow(Principal caller, Warning warning) {
    return warning.vm().isPresent()
        ? caller.scope().admits(warning.vm().get())
        : caller.scope().equals(Scope.EVERYTHING);
  }

  private static ObjectNode write(Warning warning) {
    ObjectNode node =
        AdminJson.object().put("kind", warning.kind().word()).put("text", warning.text());
    warning.since().ifPresent(since -> node.put("since", since.toString()));
    warning
        .vm()
        .ifPresent(vm ->
            node.putObject("vm")
                .put("namespace", vm.namespace())
                .put("id", vm.id().toString())
                .put("name", vm.name()));
    warning.restorePoint().ifPresent(id -> node.put("restorePoint", id.toString()));
    return node.put("shields", warning.kind() == Warning.Kind.ODD_DATA);
  }

  void acknowledge(Context http, Principal caller) throws IOException, ProblemException {
    RestorePointId id = RestorePointId.parse(http.pathParam("id"));
    JsonMembers members =
        new JsonMembers(AdminJson.readObject(http.bodyAsBytes()), "acknowledgement");
    String note = members.text("note").orElse("");
    members.requireAllTaken();
    Optional<RestorePoint> point = repository.restorePoint(id);
    boolean visible =
        point.isPresent()
            ? caller.scope().admits(point.get().vm())
            : caller.scope().equals(Scope.EVERYTHING);
    if (!visible || !isKnown(id)) {
      throw new ProblemException(NOT_FOUND, "Nothing odd is known of restore point " + id);
    }
    if (!protection.waits(
        http,
        caller,
        new Deed.Acknowledge(id, note),
        "let the data of restore point "
            + id
            + " pass, which is odd, and its VM be pruned again")) {
      suspicions.acknowledge(id.uuid(), caller.name(), note, clock.instant());
      http.status(NO_CONTENT);
    }
  }

  private boolean isKnown(RestorePointId id) throws IOException {
    return suspicions.look(clock.instant()).stream()
        .anyMatch(suspicion -> suspicion.restorePoint().equals(id));
  }
}
