package dozo.server.admin;

import dozo.server.audit.AuditReader;
import dozo.server.audit.AuditRecord;
import dozo.server.auth.Principal;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the route answers that shows the audit log, which tells of all VMs. */
final class AuditApi {

  private static final JsonMapper JSON = new JsonMapper();
  private static final int DEFAULT_LISTED = 100;
  private static final int MAXIMUM_LISTED = 1_000;

  private final AuditReader log;

  AuditApi(AuditReader log) {
    this.log = log;
  }

  void list(Context http, Principal caller) throws ProblemException, IOException {
    UpkeepApi.requireForAll(caller);
    int limit =
        Optional.ofNullable(http.queryParam("limit")).map(Integer::parseInt).orElse(DEFAULT_LISTED);
    if (limit < 1 || limit > MAXIMUM_LISTED) {
      throw new IllegalArgumentException("A page has 1 to " + MAXIMUM_LISTED + " entries");
    }
    long before =
        Optional.ofNullable(http.queryParam("before")).map(Long::parseLong).orElse(Long.MAX_VALUE);
    Optional<String> action = Optional.ofNullable(http.queryParam("action"));
    List<AuditRecord> entries =
        log.newest(before, limit, entry -> action.isEmpty() || action.get().equals(entry.action()));
    ObjectNode body = AdminJson.object();
    ArrayNode list = body.putArray("entries");
    for (AuditRecord entry : entries) {
      if (JSON.readTree(entry.json()) instanceof ObjectNode node) {
        list.add(node.put("hash", entry.hash()));
      }
    }
    if (entries.size() == limit) {
      body.put("next", entries.getLast().sequence());
    }
    AdminJson.answer(http, body);
  }
}
