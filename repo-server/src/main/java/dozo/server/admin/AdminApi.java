package dozo.server.admin;

import dozo.server.auth.Principal;
import dozo.server.listing.VisibleRestorePoints;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What each route answers, to whom. */
final class AdminApi implements AutoCloseable {

  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
  private static final int FORBIDDEN = 403;
  private static final int UNAVAILABLE = 503;

  private final AdminParts parts;
  private final Doorkeeper doorkeeper;
  private final RepeatedRequests repeated;
  private final OpenApiDocument document = OpenApiDocument.load();
  private final RepositoryApi repository;
  private final RestorePointsApi points;
  private final TokensApi tokens;
  private final LoginApi login;
  private final UpkeepApi upkeep;
  private final RetentionApi retention;
  private final WarningsApi warnings;
  private final ApprovalsApi approvals;
  private final NotificationsApi notifications;
  private final ClockApi clock;
  private final MountsApi mounts;
  private final OverlaysApi overlays;
  private final EventsApi events;
  private final AuditApi audit;

  AdminApi(AdminParts parts) {
    VisibleRestorePoints visible = new VisibleRestorePoints(parts.repository());
    this.parts = parts;
    this.doorkeeper =
        new Doorkeeper(parts.tokens(), parts.logins(), parts.metrics(), parts.audit());
    this.repeated = new RepeatedRequests(parts.clock());
    this.repository = new RepositoryApi(parts.repository(), parts.clock());
    this.points = new RestorePointsApi(parts.repository(), visible);
    this.approvals = new ApprovalsApi(parts.approvals());
    this.clock = new ClockApi(parts.guard(), approvals, parts.clock());
    this.tokens = new TokensApi(parts.tokens(), parts.approvals(), approvals);
    this.login =
        new LoginApi(parts.logins(), parts.approvals(), approvals, parts.metrics(), parts.audit());
    this.upkeep =
        new UpkeepApi(
            parts.repository(),
            parts.jobs(),
            parts.approvals().deeds(),
            approvals,
            parts.guard(),
            parts.clock());
    this.warnings =
        new WarningsApi(
            parts.repository(), parts.suspicions(), parts.warnings(), approvals, parts.clock());
    this.retention = new RetentionApi(parts.repository(), parts.plan(), approvals);
    this.notifications = new NotificationsApi(parts.notifications());
    this.mounts = new MountsApi(parts.repository().identity().id(), visible, parts.mounts());
    this.overlays = new OverlaysApi(parts, visible, upkeep);
    this.events = new EventsApi(parts);
    this.audit = new AuditApi(parts.auditLog());
  }

  void addTo(RoutesConfig routes) {
    for (AdminRoute route : AdminRoute.values()) {
      routes.addHttpHandler(
          HandlerType.findOrCreate(route.method()), route.path(), http -> answer(route, http));
    }
  }

  private void answer(AdminRoute route, Context http) throws Exception {
    http.header("Cache-Control", "no-store")
        .header("X-Content-Type-Options", "nosniff")
        .header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    if (route.isOpen()) {
      answerAnybody(route, http);
      return;
    }
    Admission admission = doorkeeper.admit(http);
    Principal caller = admission.principal();
    if (!route.allows(caller.role())) {
      AuditedCall.forbid(parts.audit(), route, caller, http);
      throw new ProblemException(
          FORBIDDEN, "The role " + caller.role().word() + " may not do this");
    }
    if (route.method().equals("POST")) {
      repeated.once(http, caller, () -> perform(route, http, admission));
    } else {
      perform(route, http, admission);
    }
  }

  private void answerAnybody(AdminRoute route, Context http) throws Exception {
    if (route == AdminRoute.OPENAPI) {
      document.answer(http);
    } else if (route == AdminRoute.LOG_IN) {
      login.logIn(http);
    } else if (route == AdminRoute.READY && parts.sessions().isDraining()) {
      throw new ProblemException(UNAVAILABLE, "The server is shutting down");
    } else {
      AdminJson.answer(http, AdminJson.object().put("status", "ok"));
    }
  }

  private void perform(AdminRoute route, Context http, Admission admission) throws Exception {
    if (route.changesSomething()) {
      AuditedCall.run(
          parts.audit(), route, admission.principal(), http, () -> answer(route, http, admission));
    } else {
      answer(route, http, admission);
    }
  }

  private void answer(AdminRoute route, Context http, Admission admission) throws Exception {
    Principal caller = admission.principal();
    switch (route) {
      case HEALTH, READY, OPENAPI, LOG_IN -> throw new AssertionError("Answered to anybody");
      case LOG_OUT -> login.logOut(http);
      case ME -> login.me(http, admission);
      case REPOSITORY -> repository.show(http, caller);
      case KEYS -> repository.keys(http, caller);
      case VMS -> points.vms(http, caller);
      case RESTORE_POINTS -> points.list(http, caller);
      case TIME_LINE -> points.timeLine(http, caller);
      case RESTORE_POINT -> points.show(http, caller);
      case FILE -> points.file(http, caller);
      case SESSIONS -> sessions(http, caller);
      case AUDIT -> audit.list(http, caller);
      case EVENTS -> events.stream(http, admission);
      case FORGET -> upkeep.forget(http, caller);
      case JOBS -> upkeep.jobs(http, caller);
      case BEGIN_JOB -> upkeep.begin(http, caller);
      case JOB -> upkeep.job(http, caller);
      case STOP_JOB -> upkeep.stop(http, caller);
      case PLAN -> retention.plan(http, caller);
      case SET_PLAN -> retention.setPlan(http, caller);
      case SIMULATE -> retention.simulate(http, caller);
      case WARNINGS -> warnings.list(http, caller);
      case ACKNOWLEDGE -> warnings.acknowledge(http, caller);
      case APPROVALS -> approvals.list(http, caller);
      case APPROVAL -> approvals.show(http, caller);
      case APPROVE -> approvals.approve(http, caller);
      case REJECT -> approvals.reject(http, caller);
      case NOTIFICATIONS -> notifications.show(http, caller);
      case TEST_NOTIFICATIONS -> notifications.test(http, caller);
      case CLOCK -> clock.show(http, caller);
      case CONFIRM_CLOCK -> clock.confirm(http, caller);
      case TRASH -> upkeep.trash(http, caller);
      case UNDELETE -> upkeep.undelete(http, caller);
      case PINS -> upkeep.pins(http, caller);
      case PIN -> upkeep.pin(http, caller);
      case UNPIN -> upkeep.unpin(http, caller);
      case MOUNTS -> mounts.list(http, caller);
      case BEGIN_MOUNT -> mounts.begin(http, caller);
      case END_MOUNT -> mounts.end(http, caller, false);
      case NBD_EXPORTS -> mounts.listExports(http, caller);
      case BEGIN_NBD_EXPORT -> mounts.beginExport(http, caller);
      case END_NBD_EXPORT -> mounts.end(http, caller, true);
      case OVERLAYS -> overlays.list(http, caller);
      case DISCARD_OVERLAY -> overlays.discard(http, caller);
      case COMMIT_OVERLAY -> overlays.commit(http, caller);
      case EXPORT_OVERLAY -> overlays.export(http, caller);
      case TOKENS -> tokens.list(http, caller);
      case CREATE_TOKEN -> tokens.create(http, caller);
      case REVOKE_TOKEN -> tokens.revoke(http, caller);
      case USERS -> login.users(http, caller);
      case CREATE_USER -> login.create(http, caller);
      case REMOVE_USER -> login.remove(http, caller);
      case SET_PASSWORD -> login.setPassword(http, caller);
      case OFFER_TOTP -> login.offerTotp(http, caller);
      case CONFIRM_TOTP -> login.confirmTotp(http, caller);
      case REMOVE_TOTP -> login.removeTotp(http, caller);
      case METRICS -> http.contentType(PROMETHEUS).result(parts.metrics().scrape());
    }
  }

  private void sessions(Context http, Principal caller) {
    ObjectNode body = AdminJson.object();
    ArrayNode list = body.putArray("sessions");
    parts.sessions().open().stream()
        .filter(session -> caller.scope().admits(session.vm()))
        .forEach(session -> list.add(AdminJson.write(session)));
    AdminJson.answer(http, body);
  }

  /** Ends what lasts longer than a request. */
  @Override
  public void close() {
    events.close();
  }
}
