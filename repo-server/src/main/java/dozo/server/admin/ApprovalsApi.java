package dozo.server.admin;

import dozo.protocol.Role;
import dozo.server.approval.ApprovalException;
import dozo.server.approval.ApprovalJson;
import dozo.server.approval.ApprovalRequest;
import dozo.server.approval.Approvals;
import dozo.server.approval.Deed;
import dozo.server.auth.Principal;
import dozo.server.auth.Scope;
import dozo.server.upkeep.JsonMembers;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the routes answer that show, approve and reject what waits; and what others answer in place
 * of doing something destructive, where that has to wait.
 */
final class ApprovalsApi {

  private static final int ACCEPTED = 202;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  private final Approvals approvals;

  ApprovalsApi(Approvals approvals) {
    this.approvals = approvals;
  }

  /**
   * Has something wait, if it has to.
   *
   * @param text what it is, for people
   * @return whether it waits, and the request is answered
   */
  boolean waits(Context http, Principal caller, Deed deed, String text)
      throws ProblemException, IOException {
    if (!approvals.protects()) {
      return false;
    }
    try {
      ApprovalRequest request = approvals.ask(deed, text, caller);
      AuditedCall.asked(http);
      tell(http, request);
      http.status(ACCEPTED).header("Location", "/api/v1/approvals/" + request.id());
      AdminJson.answer(http, ApprovalJson.describe(request));
      return true;
    } catch (ApprovalException e) {
      throw problem(e);
    }
  }

  /** Refuses to make somebody an admin, or to get into an admin's place, on a protected server. */
  void requireNoNewAdmin(Role role, String cure) throws ProblemException {
    if (approvals.protects() && role == Role.ADMIN) {
      throw new ProblemException(
          CONFLICT, "Requests here wait for approval, so admins come from its host only: " + cure);
    }
  }

  void list(Context http, Principal caller) {
    ObjectNode body = AdminJson.object();
    ArrayNode list = body.putArray("approvals");
    approvals.list().stream()
        .filter(request -> mayKnow(caller, request))
        .forEach(request -> list.add(ApprovalJson.describe(request)));
    AdminJson.answer(http, body);
  }

  void show(Context http, Principal caller) throws ProblemException {
    AdminJson.answer(http, ApprovalJson.describe(visible(http, caller)));
  }

  void approve(Context http, Principal caller) throws ProblemException, IOException {
    JsonMembers members = new JsonMembers(AdminJson.readObject(http.bodyAsBytes()), "approval");
    String digest = members.required("digest");
    members.requireAllTaken();
    ApprovalRequest request = visible(http, caller);
    tell(http, request);
    try {
      ApprovalRequest done = approvals.approve(request.id(), digest, caller);
      AdminJson.answer(http, ApprovalJson.describe(done));
    } catch (ApprovalException e) {
      throw problem(e);
    }
  }

  void reject(Context http, Principal caller) throws ProblemException, IOException {
    JsonMembers members = new JsonMembers(AdminJson.readObject(http.bodyAsBytes()), "rejection");
    String note = members.text("note").orElse("");
    members.requireAllTaken();
    ApprovalRequest request = visible(http, caller);
    tell(http, request);
    try {
      ApprovalRequest rejected = approvals.reject(request.id(), note, caller);
      AdminJson.answer(http, ApprovalJson.describe(rejected));
    } catch (ApprovalException e) {
      throw problem(e);
    }
  }

  private ApprovalRequest visible(Context http, Principal caller) throws ProblemException {
    UUID id = UUID.fromString(http.pathParam("id"));
    return approvals
        .find(id)
        .filter(request -> mayKnow(caller, request))
        .orElseThrow(() -> new ProblemException(NOT_FOUND, "There is no request " + id));
  }

  private static boolean mayKnow(Principal caller, ApprovalRequest request) {
    return caller.scope().equals(Scope.EVERYTHING) || request.by().id().equals(caller.id());
  }

  private static void tell(Context http, ApprovalRequest request) {
    AuditedCall.tell(http, "approval", request.id());
    AuditedCall.tell(http, "digest", request.digest());
    AuditedCall.tell(http, "what", request.text());
  }

  private static ProblemException problem(ApprovalException e) {
    int status =
        switch (e.reason()) {
          case NOT_FOUND -> NOT_FOUND;
          case FORBIDDEN -> FORBIDDEN;
          case CONFLICT -> CONFLICT;
        };
    return new ProblemException(status, String.valueOf(e.getMessage()));
  }
}
