package dozo.server.admin;

import dozo.server.admin.AdminJson.TokenPlan;
import dozo.server.approval.Approvals;
import dozo.server.auth.NewToken;
import dozo.server.auth.Principal;
import dozo.server.auth.TokenStore;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the routes answer that list, make and revoke tokens. A secret is told once. Who is for some
 * VMs only could make himself a token for all, and so may do none of it.
 */
final class TokensApi {

  private static final int CREATED = 201;
  private static final int NO_CONTENT = 204;
  private static final int NOT_FOUND = 404;

  private final TokenStore tokens;
  private final Approvals approvals;
  private final ApprovalsApi protection;

  TokensApi(TokenStore tokens, Approvals approvals, ApprovalsApi protection) {
    this.tokens = tokens;
    this.approvals = approvals;
    this.protection = protection;
  }

  void list(Context http, Principal caller) throws ProblemException {
    UpkeepApi.requireForAll(caller);
    ObjectNode body = AdminJson.object();
    ArrayNode list = body.putArray("tokens");
    tokens
        .list()
        .forEach(token -> list.add(AdminJson.write(token, tokens.lastUse(token.principal().id()))));
    AdminJson.answer(http, body);
  }

  void create(Context http, Principal caller) throws IOException, ProblemException {
    UpkeepApi.requireForAll(caller);
    TokenPlan plan = AdminJson.readTokenPlan(http.bodyAsBytes());
    protection.requireNoNewAdmin(plan.role(), "dozo token create");
    NewToken made =
        tokens.create(
            plan.name(),
            plan.role(),
            plan.scope(),
            plan.expires(),
            Optional.of(approvals.originOf(caller)));
    AuditedCall.tell(http, "token", made.token().principal().id());
    AuditedCall.tell(http, "name", plan.name());
    AuditedCall.tell(http, "role", plan.role().word());
    ObjectNode body = AdminJson.write(made.token(), Optional.empty());
    body.put("secret", made.secret().reveal());
    http.status(CREATED);
    AdminJson.answer(http, body);
  }

  void revoke(Context http, Principal caller) throws IOException, ProblemException {
    UpkeepApi.requireForAll(caller);
    UUID id = UUID.fromString(http.pathParam("id"));
    if (!tokens.revoke(id)) {
      throw new ProblemException(NOT_FOUND, "There is no token " + id);
    }
    http.status(NO_CONTENT);
  }
}
