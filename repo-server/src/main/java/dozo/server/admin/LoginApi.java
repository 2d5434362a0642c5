package dozo.server.admin;

import dozo.protocol.Role;
import dozo.server.approval.Approvals;
import dozo.server.audit.Actor;
import dozo.server.audit.AuditTrail;
import dozo.server.audit.Outcome;
import dozo.server.auth.Principal;
import dozo.server.login.Logins;
import dozo.server.login.User;
import dozo.server.metrics.ServerMetrics;
import dozo.server.upkeep.JsonMembers;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the routes answer that let people in and look after those who may be. Passwords can be
 * guessed, so failed attempts are bounded by where they come from and by whom they name.
 */
final class LoginApi {

  private static final int CREATED = 201;
  private static final int NO_CONTENT = 204;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int TOO_MANY_REQUESTS = 429;

  private static final int ATTEMPTS_OF_A_CLIENT = 10;
  private static final int ATTEMPTS_FOR_A_USER = 100;
  private static final Duration PERIOD = Duration.ofSeconds(30);

  private final Logins logins;
  private final Approvals approvals;
  private final ApprovalsApi protection;
  private final ServerMetrics metrics;
  private final AuditTrail audit;
  private final AttemptLimiter clients =
      new AttemptLimiter(ATTEMPTS_OF_A_CLIENT, PERIOD, System::nanoTime);
  private final AttemptLimiter names =
      new AttemptLimiter(ATTEMPTS_FOR_A_USER, PERIOD, System::nanoTime);

  LoginApi(
      Logins logins,
      Approvals approvals,
      ApprovalsApi protection,
      ServerMetrics metrics,
      AuditTrail audit) {
    this.audit = audit;
    this.logins = logins;
    this.approvals = approvals;
    this.protection = protection;
    this.metrics = metrics;
  }

  void logIn(Context http) throws IOException, ProblemException {
    JsonMembers members = new JsonMembers(AdminJson.readObject(http.bodyAsBytes()), "log-in");
    String name = members.required("name");
    String password = members.required("password");
    Optional<String> code = members.text("code");
    members.requireAllTaken();
    String client = AttemptLimiter.client(http.ip());
    requireAttempt(http, client, name);
    switch (logins.logIn(name, password, code)) {
      case Logins.Outcome.In in -> {
        SessionCookie.set(http, in.cookie());
        audit.note(
            audit.event(Actor.of(in.principal(), Optional.of(http.ip())), "log-in", Outcome.DONE));
        AdminJson.answer(http, AdminJson.write(in.principal()).put("csrf", in.csrf().reveal()));
      }
      case Logins.Outcome.CodeNeeded _ -> {
        ObjectNode body = AdminJson.object().put("codeNeeded", true);
        AdminJson.answer(http, body);
      }
      case Logins.Outcome.Refused _ -> {
        clients.failed(client);
        names.failed(name);
        metrics.authenticationFailed();
        AuditedCall.refuse(audit, http);
        throw new ProblemException(UNAUTHORIZED, "The name, the password or the code is wrong");
      }
    }
  }

  private void requireAttempt(Context http, String client, String name) throws ProblemException {
    if (clients.isExhausted(client) || names.isExhausted(name)) {
      http.header("Retry-After", Long.toString(clients.retryAfterSeconds()));
      throw new ProblemException(
          TOO_MANY_REQUESTS, "Too many log-ins failed; try again in half a minute");
    }
  }

  void logOut(Context http) {
    SessionCookie.of(http).ifPresent(logins::logOut);
    SessionCookie.clear(http);
    http.status(NO_CONTENT);
  }

  void me(Context http, Admission admission) {
    ObjectNode body = AdminJson.write(admission.principal());
    admission.csrf().ifPresent(csrf -> body.put("csrf", csrf.reveal()));
    AdminJson.answer(http, body);
  }

  void users(Context http, Principal caller) throws IOException, ProblemException {
    UpkeepApi.requireForAll(caller);
    ObjectNode body = AdminJson.object();
    ArrayNode list = body.putArray("users");
    logins.users().list().forEach(user -> list.add(json(user)));
    AdminJson.answer(http, body);
  }

  private static ObjectNode json(User user) {
    return AdminJson.write(user.principal())
        .put("created", user.created().toString())
        .put("totp", user.hasTotp());
  }

  void create(Context http, Principal caller) throws IOException, ProblemException {
    UpkeepApi.requireForAll(caller);
    JsonMembers members = new JsonMembers(AdminJson.readObject(http.bodyAsBytes()), "user");
    String name = members.required("name");
    Role role = Role.parse(members.required("role"));
    var scope = AdminJson.readScope(members);
    String password = members.required("password");
    members.requireAllTaken();
    protection.requireNoNewAdmin(role, "dozo user add");
    User user =
        logins.users().create(name, role, scope, password, Optional.of(approvals.originOf(caller)));
    http.status(CREATED);
    AdminJson.answer(http, json(user));
  }

  void remove(Context http, Principal caller) throws IOException, ProblemException {
    UpkeepApi.requireForAll(caller);
    UUID id = id(http);
    if (!logins.remove(id)) {
      throw noUser(id);
    }
    http.status(NO_CONTENT);
  }

  /** Somebody's own password takes the one before; of others, only admins may set one. */
  void setPassword(Context http, Principal caller) throws IOException, ProblemException {
    JsonMembers members = new JsonMembers(AdminJson.readObject(http.bodyAsBytes()), "password");
    String password = members.required("password");
    Optional<String> before = members.text("before");
    members.requireAllTaken();
    User user = ownOrAdmins(http, caller);
    if (isOwn(user, caller)) {
      String client = AttemptLimiter.client(http.ip());
      requireAttempt(http, client, user.principal().name());
      if (before.isEmpty() || !logins.isPassword(user, before.get())) {
        clients.failed(client);
        names.failed(user.principal().name());
        throw new ProblemException(FORBIDDEN, "The password before is not that");
      }
    } else {
      protection.requireNoNewAdmin(user.principal().role(), "dozo user password");
    }
    logins.setPassword(user, password);
    http.status(NO_CONTENT);
  }

  void offerTotp(Context http, Principal caller) throws IOException, ProblemException {
    User user = own(http, caller);
    if (user.hasTotp()) {
      throw new ProblemException(CONFLICT, "One-time codes are asked for already; end that first");
    }
    http.status(CREATED);
    AdminJson.answer(http, AdminJson.object().put("uri", logins.offerTotp(user)));
  }

  void confirmTotp(Context http, Principal caller) throws IOException, ProblemException {
    JsonMembers members = new JsonMembers(AdminJson.readObject(http.bodyAsBytes()), "code");
    String code = members.required("code");
    members.requireAllTaken();
    User user = own(http, caller);
    String client = AttemptLimiter.client(http.ip());
    requireAttempt(http, client, user.principal().name());
    if (!logins.confirmTotp(user, code)) {
      clients.failed(client);
      throw new ProblemException(CONFLICT, "That is not the code; nothing has changed");
    }
    http.status(NO_CONTENT);
  }

  void removeTotp(Context http, Principal caller) throws IOException, ProblemException {
    User user = ownOrAdmins(http, caller);
    if (!isOwn(user, caller)) {
      protection.requireNoNewAdmin(user.principal().role(), "dozo user remove, dozo user add");
    }
    logins.removeTotp(user);
    http.status(NO_CONTENT);
  }

  private User own(Context http, Principal caller) throws IOException, ProblemException {
    UUID id = id(http);
    if (!id.equals(caller.id())) {
      throw new ProblemException(FORBIDDEN, "Only the user can do this, logged in");
    }
    return logins.users().find(id).orElseThrow(() -> noUser(id));
  }

  private User ownOrAdmins(Context http, Principal caller) throws IOException, ProblemException {
    UUID id = id(http);
    if (!id.equals(caller.id())) {
      if (caller.role() != Role.ADMIN) {
        throw new ProblemException(FORBIDDEN, "Only the user and admins can do this");
      }
      UpkeepApi.requireForAll(caller);
    }
    return logins.users().find(id).orElseThrow(() -> noUser(id));
  }

  private static boolean isOwn(User user, Principal caller) {
    return user.principal().id().equals(caller.id());
  }

  private static UUID id(Context http) {
    return UUID.fromString(http.pathParam("id"));
  }

  private static ProblemException noUser(UUID id) {
    return new ProblemException(NOT_FOUND, "There is no user " + id);
  }
}
