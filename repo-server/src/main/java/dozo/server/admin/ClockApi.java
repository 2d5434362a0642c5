package dozo.server.admin;

import dozo.server.approval.Deed;
import dozo.server.auth.Principal;
import dozo.server.clock.ClockDoubt;
import dozo.server.clock.ClockGuard;
import dozo.server.upkeep.JsonMembers;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** What the routes answer that tell what the server's clock shows, and believe it again. */
final class ClockApi {

  private static final int CONFLICT = 409;

  private final ClockGuard guard;
  private final ApprovalsApi approvals;
  private final InstantSource clock;

  ClockApi(ClockGuard guard, ApprovalsApi approvals, InstantSource clock) {
    this.guard = guard;
    this.approvals = approvals;
    this.clock = clock;
  }

  void show(Context http, Principal caller) throws ProblemException {
    UpkeepApi.requireForAll(caller);
    AdminJson.answer(http, describe());
  }

  private ObjectNode describe() {
    Optional<ClockDoubt> doubt = guard.doubt();
    ObjectNode node =
        AdminJson.object().put("now", clock.instant().toString()).put("doubted", doubt.isPresent());
    doubt.ifPresent(is ->
        node.put("latest", is.latest().toString())
            .put("jumpedTo", is.shown().toString())
            .put("text", is.text()));
    return node;
  }

  /** Believes the clock, if the caller's shows the same. */
  void confirm(Context http, Principal caller) throws ProblemException, IOException {
    UpkeepApi.requireForAll(caller);
    JsonMembers members = new JsonMembers(AdminJson.readObject(http.bodyAsBytes()), "confirmation");
    Instant time = time(members.required("time"));
    members.requireAllTaken();
    Optional<ClockDoubt> doubt = guard.doubt();
    if (doubt.isEmpty()) {
      throw new ProblemException(CONFLICT, "The clock is believed; there is nothing to confirm");
    }
    if (!guard.shows(time)) {
      throw new ProblemException(
          CONFLICT,
          "The server's clock shows " + clock.instant() + ", and not " + time + ": set it first");
    }
    AuditedCall.tell(http, "time", time);
    Instant jumpedTo = doubt.get().shown();
    String text =
        "believe the server's clock, which jumped to " + jumpedTo.truncatedTo(ChronoUnit.SECONDS);
    if (!approvals.waits(http, caller, new Deed.ConfirmClock(jumpedTo), text)) {
      guard.confirm(jumpedTo);
      AdminJson.answer(http, describe());
    }
  }

  private static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("A time is written like 2027-01-31T00:00:00Z", e);
    }
  }
}
