package dozo.server.admin;

import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.RestorePointJson;
import dozo.protocol.Protocol;
import dozo.protocol.Secret;
import dozo.server.admin.AdminJson.TokenPlan;
import dozo.server.auth.NewToken;
import dozo.server.auth.Principal;
import dozo.server.auth.TokenStore;
import dozo.server.listing.RestorePointQuery;
import dozo.server.listing.VisibleRestorePoints;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What each route answers, to whom. */
final class AdminApi {

  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
  private static final String BEARER = "Bearer ";
  private static final String CHALLENGE = "WWW-Authenticate";

  private final AdminParts parts;
  private final VisibleRestorePoints visible;
  private final UpkeepApi upkeep;
  private final MountsApi mounts;

  AdminApi(AdminParts parts) {
    this.parts = parts;
    this.visible = new VisibleRestorePoints(parts.repository());
    this.upkeep = new UpkeepApi(parts.repository(), parts.jobs());
    this.mounts = new MountsApi(parts.repository().identity().id(), visible, parts.mounts());
  }

  void addTo(RoutesConfig routes) {
    for (AdminRoute route : AdminRoute.values()) {
      routes.addHttpHandler(
          HandlerType.findOrCreate(route.method()), route.path(), http -> answer(route, http));
    }
  }

  private void answer(AdminRoute route, Context http) throws Exception {
    http.header("Cache-Control", "no-store").header("X-Content-Type-Options", "nosniff");
    if (route.isOpen()) {
      json(http, AdminJson.object().put("status", "ok"));
      return;
    }
    Principal caller = authenticate(http);
    if (!route.allows(caller.role())) {
      throw new ProblemException(
          403, "A token of role " + caller.role().word() + " may not do this");
    }
    switch (route) {
      case HEALTH -> throw new AssertionError("Answered above");
      case VMS -> vms(http, caller);
      case RESTORE_POINTS -> restorePoints(http, caller);
      case RESTORE_POINT -> restorePoint(http, caller);
      case SESSIONS -> sessions(http, caller);
      case FORGET -> upkeep.forget(http, caller);
      case JOBS -> upkeep.jobs(http, caller);
      case BEGIN_JOB -> upkeep.begin(http, caller);
      case JOB -> upkeep.job(http, caller);
      case STOP_JOB -> upkeep.stop(http, caller);
      case TRASH -> upkeep.trash(http, caller);
      case UNDELETE -> upkeep.undelete(http, caller);
      case PINS -> upkeep.pins(http, caller);
      case PIN -> upkeep.pin(http, caller);
      case UNPIN -> upkeep.unpin(http, caller);
      case MOUNTS -> mounts.list(http, caller);
      case BEGIN_MOUNT -> mounts.begin(http, caller);
      case END_MOUNT -> mounts.end(http, caller);
      case OVERLAYS -> mounts.overlays(http, caller);
      case DISCARD_OVERLAY -> mounts.discard(http, caller);
      case TOKENS -> tokens(http);
      case CREATE_TOKEN -> createToken(http);
      case REVOKE_TOKEN -> revokeToken(http);
      case METRICS -> http.contentType(PROMETHEUS).result(parts.metrics().scrape());
    }
  }

  private Principal authenticate(Context http) throws ProblemException {
    @Nullable String header = http.header("Authorization");
    Optional<Principal> caller = Optional.empty();
    if (header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      caller = secret(header.substring(BEARER.length())).flatMap(parts.tokens()::authenticate);
    }
    if (caller.isEmpty()) {
      parts.metrics().authenticationFailed();
      http.header(CHALLENGE, "Bearer realm=\"dozo\"");
      throw new ProblemException(401, "A token that is known here is needed");
    }
    return caller.get();
  }

  private static Optional<Secret> secret(String text) {
    try {
      return Optional.of(Secret.of(text.strip()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static void json(Context http, ObjectNode body) {
    AdminJson.answer(http, body);
  }

  private void vms(Context http, Principal caller) {
    ObjectNode body = AdminJson.object();
    ArrayNode list = body.putArray("vms");
    visible.vms(caller).forEach(vm -> list.add(AdminJson.write(vm)));
    json(http, body);
  }

  private void restorePoints(Context http, Principal caller) {
    RestorePointQuery query =
        new RestorePointQuery(
            Optional.ofNullable(http.queryParam("namespace")),
            Optional.ofNullable(http.queryParam("vm")).map(UUID::fromString),
            Optional.ofNullable(http.queryParam("after")).map(RestorePointId::parse),
            Optional.ofNullable(http.queryParam("limit"))
                .map(Integer::parseInt)
                .orElse(Protocol.DEFAULT_LISTED));
    List<RestorePoint> points = visible.list(caller, query);
    ObjectNode body = AdminJson.object();
    ArrayNode list = body.putArray("restorePoints");
    points.forEach(point -> list.add(RestorePointJson.toTree(point)));
    if (points.size() == query.limit()) {
      body.put("next", points.getLast().id().toString());
    }
    json(http, body);
  }

  private void restorePoint(Context http, Principal caller) throws ProblemException {
    RestorePointId id = RestorePointId.parse(http.pathParam("id"));
    RestorePoint point =
        visible
            .find(caller, id)
            .orElseThrow(() -> new ProblemException(404, "There is no restore point " + id));
    json(http, RestorePointJson.toTree(point));
  }

  private void sessions(Context http, Principal caller) {
    ObjectNode body = AdminJson.object();
    ArrayNode list = body.putArray("sessions");
    parts.sessions().open().stream()
        .filter(session -> caller.scope().admits(session.vm()))
        .forEach(session -> list.add(AdminJson.write(session)));
    json(http, body);
  }

  private void tokens(Context http) {
    TokenStore tokens = parts.tokens();
    ObjectNode body = AdminJson.object();
    ArrayNode list = body.putArray("tokens");
    tokens
        .list()
        .forEach(token -> list.add(AdminJson.write(token, tokens.lastUse(token.principal().id()))));
    json(http, body);
  }

  private void createToken(Context http) throws IOException {
    TokenPlan plan = AdminJson.readTokenPlan(http.bodyAsBytes());
    NewToken made = parts.tokens().create(plan.name(), plan.role(), plan.scope(), plan.expires());
    ObjectNode body = AdminJson.write(made.token(), Optional.empty());
    body.put("secret", made.secret().reveal());
    http.status(201);
    json(http, body);
  }

  private void revokeToken(Context http) throws IOException, ProblemException {
    UUID id = UUID.fromString(http.pathParam("id"));
    if (!parts.tokens().revoke(id)) {
      throw new ProblemException(404, "There is no token " + id);
    }
    http.status(204);
  }
}
