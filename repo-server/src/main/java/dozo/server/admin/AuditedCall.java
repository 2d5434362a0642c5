package dozo.server.admin;

import dozo.format.NotFoundException;
import dozo.server.audit.Actor;
import dozo.server.audit.AuditEvent;
import dozo.server.audit.AuditTrail;
import dozo.server.audit.Outcome;
import dozo.server.auth.Principal;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request that changes something, as the audit log is told of it: before it is done, and what
 * came of it before its answer is sent.
 *
 * <p>For the request's thread.
 */
final class AuditedCall {

  private static final String DETAILS = "audit";
  private static final String ASKED = "asked";

  private final AuditTrail trail;
  private final Actor actor;
  private final String action;
  private final Context http;
  private final long begun;

  private AuditedCall(AuditTrail trail, Actor actor, String action, Context http, long begun) {
    this.trail = trail;
    this.actor = actor;
    this.action = action;
    this.http = http;
    this.begun = begun;
  }

  /** What is done to handle a request. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  /** Somebody came without a good token. */
  static void refuse(AuditTrail trail, Context http) {
    trail.noteRepeatable(
        "refused " + http.ip(),
        trail
            .event(Actor.nobody(http.ip()), "authenticate", Outcome.REFUSED)
            .with("via", "admin API"));
  }

  /** Somebody's role does not allow a route. */
  static void forbid(AuditTrail trail, AdminRoute route, Principal caller, Context http) {
    Actor actor = Actor.of(caller, Optional.of(http.ip()));
    trail.noteRepeatable(
        "forbidden " + actor + route, trail.event(actor, word(route), Outcome.REFUSED));
  }

  /** Does what a route does that may change something; the log is told before and after. */
  static void run(AuditTrail trail, AdminRoute route, Principal caller, Context http, Work work)
      throws Exception {
    Actor actor = Actor.of(caller, Optional.of(http.ip()));
    String action = word(route);
    http.pathParamMap().forEach((name, value) -> tell(http, name, value));
    long begun = trail.record(withDetails(trail.event(actor, action, Outcome.BEGUN), http));
    new AuditedCall(trail, actor, action, http, begun).run(work);
  }

  private void run(Work work) throws Exception {
    try {
      work.run();
      ended(http.attribute(ASKED) == null ? Outcome.DONE : Outcome.ASKED);
    } catch (ProblemException
        | IllegalArgumentException
        | NotFoundException
        | HttpResponseException e) {
      tell(http, "problem", String.valueOf(e.getMessage()));
      ended(Outcome.REFUSED);
      throw e;
    } catch (Exception e) {
      tell(http, "problem", String.valueOf(e.getMessage()));
      ended(Outcome.FAILED);
      throw e;
    }
  }

  private void ended(Outcome outcome) {
    AuditEvent event = withDetails(trail.event(actor, action, outcome), http);
    trail.record(begun == 0 ? event : event.with("of", begun));
  }

  /** Has the log say that what was asked for was not done, and waits. */
  static void asked(Context http) {
    http.attribute(ASKED, true);
  }

  /** Adds to what the log will say of a request; never a secret. */
  static void tell(Context http, String name, Object value) {
    Map<String, String> details = http.attribute(DETAILS);
    if (details == null) {
      details = new TreeMap<>();
      http.attribute(DETAILS, details);
    }
    details.put(name, String.valueOf(value));
  }

  private static AuditEvent withDetails(AuditEvent event, Context http) {
    AuditEvent told = event;
    Map<String, String> details = http.attribute(DETAILS);
    if (details != null) {
      for (Map.Entry<String, String> detail : details.entrySet()) {
        told = told.with(detail.getKey(), detail.getValue());
      }
    }
    return told;
  }

  private static String word(AdminRoute route) {
    return route.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
