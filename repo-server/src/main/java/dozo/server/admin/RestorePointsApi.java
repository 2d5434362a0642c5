package dozo.server.admin;

import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.protocol.Protocol;
import dozo.repository.Repository;
import dozo.repository.read.MappedDisk;
import dozo.repository.retention.Pin;
import dozo.server.auth.Permissions;
import dozo.server.auth.Principal;
import dozo.server.listing.RestorePointQuery;
import dozo.server.listing.VisibleRestorePoints;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the routes answer that show VMs, restore points and their configuration files. */
final class RestorePointsApi {

  private static final int NOT_FOUND = 404;
  private static final String DOWNLOAD = "application/octet-stream";

  private final Repository repository;
  private final VisibleRestorePoints visible;

  RestorePointsApi(Repository repository, VisibleRestorePoints visible) {
    this.repository = repository;
    this.visible = visible;
  }

  void vms(Context http, Principal caller) {
    ObjectNode body = AdminJson.object();
    ArrayNode list = body.putArray("vms");
    visible
        .vms(caller)
        .forEach(vm -> {
          ObjectNode node = AdminJson.write(vm);
          if (Permissions.seesDetails(caller.role())) {
            repository
                .restorePoint(vm.latestId())
                .ifPresent(latest -> PointJson.describeLatest(node, latest, repository));
          }
          list.add(node);
        });
    AdminJson.answer(http, body);
  }

  void list(Context http, Principal caller) throws IOException {
    RestorePointQuery query = query(http);
    List<RestorePoint> points = visible.list(caller, query);
    Map<RestorePointId, List<Pin>> pins = pins();
    ObjectNode body = AdminJson.object();
    ArrayNode list = body.putArray("restorePoints");
    points.forEach(point -> list.add(json(caller, point, pins)));
    answerPage(http, body, points, query);
  }

  /** What a time line of a VM shows, in a fraction of what its manifests say. */
  void timeLine(Context http, Principal caller) throws IOException {
    RestorePointQuery query = query(http);
    if (query.namespace().isEmpty() || query.vm().isEmpty()) {
      throw new IllegalArgumentException("A time line is of one VM: give namespace and vm");
    }
    List<RestorePoint> points = visible.list(caller, query);
    Map<RestorePointId, List<Pin>> pins = pins();
    ObjectNode body = AdminJson.object();
    if (!points.isEmpty()) {
      body.set("vm", PointJson.write(points.getLast().vm()));
    }
    ArrayNode list = body.putArray("restorePoints");
    points.forEach(point ->
        list.add(
            PointJson.brief(
                point, repository.verification(point), pins.getOrDefault(point.id(), List.of()))));
    answerPage(http, body, points, query);
  }

  private static void answerPage(
      Context http, ObjectNode body, List<RestorePoint> points, RestorePointQuery query) {
    if (points.size() == query.limit()) {
      body.put("next", points.getLast().id().toString());
    }
    AdminJson.answer(http, body);
  }

  private static RestorePointQuery query(Context http) {
    return new RestorePointQuery(
        Optional.ofNullable(http.queryParam("namespace")),
        Optional.ofNullable(http.queryParam("vm")).map(UUID::fromString),
        Optional.ofNullable(http.queryParam("after")).map(RestorePointId::parse),
        Optional.ofNullable(http.queryParam("limit"))
            .map(Integer::parseInt)
            .orElse(Protocol.DEFAULT_LISTED),
        isNewestFirst(http.queryParam("order")));
  }

  private static boolean isNewestFirst(@Nullable String order) {
    if (order == null || order.equals("oldest")) {
      return false;
    }
    if (order.equals("newest")) {
      return true;
    }
    throw new IllegalArgumentException("The order is newest or oldest, not " + order);
  }

  void show(Context http, Principal caller) throws IOException, ProblemException {
    RestorePoint point = find(http, caller);
    ObjectNode body = json(caller, point, pins());
    if (Permissions.seesDetails(caller.role())) {
      PointJson.describeHealth(body, point, before(point));
    }
    AdminJson.answer(http, body);
  }

  private List<RestorePoint> before(RestorePoint point) {
    return repository.restorePoints().stream()
        .filter(each -> each.vm().isSameVm(point.vm()) && each.id().compareTo(point.id()) < 0)
        .toList();
  }

  private ObjectNode json(
      Principal caller, RestorePoint point, Map<RestorePointId, List<Pin>> pins) {
    return Permissions.seesDetails(caller.role())
        ? PointJson.write(
            point, repository.verification(point), pins.getOrDefault(point.id(), List.of()))
        : PointJson.write(point);
  }

  private Map<RestorePointId, List<Pin>> pins() throws IOException {
    Map<RestorePointId, List<Pin>> pins = new HashMap<>();
    for (Pin pin : repository.pruner().pins()) {
      pins.merge(pin.restorePoint(), List.of(pin), RestorePointsApi::joined);
    }
    return pins;
  }

  private static List<Pin> joined(List<Pin> some, List<Pin> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }

  private RestorePoint find(Context http, Principal caller) throws ProblemException {
    RestorePointId id = RestorePointId.parse(http.pathParam("id"));
    return visible
        .find(caller, id)
        .orElseThrow(() -> new ProblemException(NOT_FOUND, "There is no restore point " + id));
  }

  /** A guest's configuration is a guest's data: it is never anything that a browser would run. */
  void file(Context http, Principal caller) throws IOException, ProblemException {
    RestorePoint point = find(http, caller);
    String name = http.pathParam("name");
    if (point.file(name).isEmpty()) {
      throw new ProblemException(
          NOT_FOUND, "Restore point " + point.id() + " has no configuration file " + name);
    }
    byte[] content;
    try (MappedDisk file = repository.openFile(point.id(), name)) {
      content = FileContent.read(file);
    }
    http.header("Content-Disposition", "attachment")
        .header("Content-Security-Policy", "sandbox; default-src 'none'")
        .contentType(DOWNLOAD)
        .result(content);
  }
}
