package dozo.server.admin;

import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.protocol.Role;
import dozo.repository.Repository;
import dozo.repository.catalogue.TrashedPoint;
import dozo.repository.retention.Pin;
import dozo.server.approval.Deed;
import dozo.server.approval.Deeds;
import dozo.server.auth.Principal;
import dozo.server.auth.Scope;
import dozo.server.clock.ClockDoubt;
import dozo.server.clock.ClockGuard;
import dozo.server.upkeep.UpkeepJob;
import dozo.server.upkeep.UpkeepJobs;
import dozo.server.upkeep.UpkeepJson;
import dozo.server.upkeep.UpkeepTask;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the routes answer that look after the repository. What concerns it as a whole takes a token
 * without a scope: a sweep empties the trash of all, and a job's report tells of all VMs.
 */
final class UpkeepApi {

  private static final int ACCEPTED = 202;
  private static final int CREATED = 201;
  private static final int NO_CONTENT = 204;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  private final Repository repository;
  private final UpkeepJobs jobs;
  private final Deeds deeds;
  private final ApprovalsApi approvals;
  private final ClockGuard guard;
  private final InstantSource clock;

  UpkeepApi(
      Repository repository,
      UpkeepJobs jobs,
      Deeds deeds,
      ApprovalsApi approvals,
      ClockGuard guard,
      InstantSource clock) {
    this.repository = repository;
    this.jobs = jobs;
    this.deeds = deeds;
    this.approvals = approvals;
    this.guard = guard;
    this.clock = clock;
  }

  /** Refuses a token that is for some VMs only. */
  static void requireForAll(Principal caller) throws ProblemException {
    if (!caller.scope().equals(Scope.EVERYTHING)) {
      throw new ProblemException(FORBIDDEN, "This takes a token that is for all VMs");
    }
  }

  void jobs(Context http, Principal caller) throws ProblemException {
    requireForAll(caller);
    ObjectNode body = AdminJson.object();
    ArrayNode list = body.putArray("jobs");
    jobs.summaries().forEach(list::add);
    AdminJson.answer(http, body);
  }

  void begin(Context http, Principal caller) throws ProblemException, IOException {
    requireForAll(caller);
    ObjectNode sent = AdminJson.readObject(http.bodyAsBytes());
    UpkeepTask task = jobs.read(sent);
    if (task.needsAdmin() && caller.role() != Role.ADMIN) {
      throw new ProblemException(
          FORBIDDEN, "A token of role " + caller.role().word() + " may not take this away");
    }
    if (task.trustsTheClock()) {
      requireClock();
    }
    if (task.needsAdmin()
        && approvals.waits(http, caller, new Deed.BeginJob(sent), "begin a job: " + task.text())) {
      return;
    }
    begin(http, caller, task);
  }

  /** Begins what the caller may begin, and answers with the job. */
  void begin(Context http, Principal caller, UpkeepTask task) throws ProblemException {
    UpkeepJob job =
        jobs.begin(task, caller.name())
            .orElseThrow(() ->
                new ProblemException(
                    CONFLICT, "Another job is running; try again when it is done"));
    AuditedCall.tell(http, "kind", task.kind());
    AuditedCall.tell(http, "job", job.id());
    http.status(ACCEPTED).header("Location", "/api/v1/jobs/" + job.id());
    AdminJson.answer(http, job.toJson());
  }

  void job(Context http, Principal caller) throws ProblemException, IOException {
    requireForAll(caller);
    UUID id = UUID.fromString(http.pathParam("id"));
    AdminJson.answer(http, jobs.describe(id).orElseThrow(() -> noJob(id)));
  }

  void stop(Context http, Principal caller) throws ProblemException {
    requireForAll(caller);
    UUID id = UUID.fromString(http.pathParam("id"));
    if (!jobs.stop(id, caller.name())) {
      throw noJob(id);
    }
    http.status(NO_CONTENT);
  }

  private static ProblemException noJob(UUID id) {
    return new ProblemException(NOT_FOUND, "There is no job " + id);
  }

  void forget(Context http, Principal caller) throws ProblemException, IOException {
    RestorePoint point = visible(caller, RestorePointId.parse(http.pathParam("id")));
    requireClock();
    if (approvals.waits(http, caller, new Deed.Forget(point.id()), "forget " + text(point))) {
      return;
    }
    try {
      deeds.forget(point.id());
    } catch (IllegalStateException e) {
      throw new ProblemException(CONFLICT, String.valueOf(e.getMessage()));
    }
    http.status(NO_CONTENT);
  }

  private void requireClock() throws ProblemException {
    Optional<ClockDoubt> doubt = guard.doubt();
    if (doubt.isPresent()) {
      throw new ProblemException(CONFLICT, doubt.get().text());
    }
  }

  private static String text(RestorePoint point) {
    return "restore point %s, made %s, of VM %s/%s"
        .formatted(point.id(), point.created(), point.vm().namespace(), point.vm().name());
  }

  private RestorePoint visible(Principal caller, RestorePointId id) throws ProblemException {
    return repository
        .restorePoint(id)
        .filter(point -> caller.scope().admits(point.vm()))
        .orElseThrow(() -> new ProblemException(NOT_FOUND, "There is no restore point " + id));
  }

  void trash(Context http, Principal caller) throws ProblemException, IOException {
    requireForAll(caller);
    ObjectNode body = AdminJson.object();
    ArrayNode list = body.putArray("restorePoints");
    for (TrashedPoint point : repository.pruner().trashed()) {
      list.add(UpkeepJson.write(point));
    }
    AdminJson.answer(http, body);
  }

  void undelete(Context http, Principal caller) throws ProblemException, IOException {
    requireForAll(caller);
    repository.pruner().undelete(RestorePointId.parse(http.pathParam("id")));
    http.status(NO_CONTENT);
  }

  void pins(Context http, Principal caller) throws IOException {
    ObjectNode body = AdminJson.object();
    ArrayNode list = body.putArray("pins");
    for (Pin pin : repository.pruner().pins()) {
      if (mayKnow(caller, pin)) {
        list.add(UpkeepJson.write(pin));
      }
    }
    AdminJson.answer(http, body);
  }

  private boolean mayKnow(Principal caller, Pin pin) {
    return caller.scope().equals(Scope.EVERYTHING)
        || repository
            .restorePoint(pin.restorePoint())
            .filter(point -> caller.scope().admits(point.vm()))
            .isPresent();
  }

  void pin(Context http, Principal caller) throws ProblemException, IOException {
    ObjectNode plan = AdminJson.readObject(http.bodyAsBytes());
    RestorePointId id =
        AdminJson.text(plan, "restorePoint")
            .map(RestorePointId::parse)
            .orElseThrow(() -> new IllegalArgumentException("A pin is on a restore point"));
    @Nullable Instant until = AdminJson.text(plan, "until").map(UpkeepApi::instant).orElse(null);
    Pin pin =
        repository
            .pruner()
            .pin(
                visible(caller, id).id(),
                until,
                AdminJson.text(plan, "note").orElse(""),
                caller.name());
    AuditedCall.tell(http, "restorePoint", id);
    AuditedCall.tell(http, "pin", pin.id());
    http.status(CREATED);
    AdminJson.answer(http, UpkeepJson.write(pin));
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("A hold ends at a time such as 2027-01-31T00:00:00Z", e);
    }
  }

  void unpin(Context http, Principal caller) throws ProblemException, IOException {
    UUID id = UUID.fromString(http.pathParam("id"));
    Optional<Pin> pin =
        repository.pruner().pins().stream().filter(each -> each.id().equals(id)).findFirst();
    if (pin.isEmpty() || !mayKnow(caller, pin.get())) {
      throw new ProblemException(NOT_FOUND, "There is no pin or hold " + id);
    }
    if (pin.get().isInForce(clock.instant())
        && approvals.waits(http, caller, new Deed.Unpin(id), "take away the " + pin.get())) {
      return;
    }
    repository.pruner().unpin(id);
    http.status(NO_CONTENT);
  }
}
