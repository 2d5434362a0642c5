package dozo.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dozo.format.manifest.RestorePointId;
import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.server.ServerFixture;
import dozo.server.approval.Protection;
import dozo.server.auth.Scope;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A server on which a second admin has to approve what is destructive. */
final class ApprovalsApiIT {

  private static final String APPROVALS = "/api/v1/approvals";
  private static final String POINTS = "/api/v1/restore-points/";
  private static final String JOBS = "/api/v1/jobs";
  private static final String PLAN = "/api/v1/plan";
  private static final String PRUNE =
      "{\"kind\":\"prune\",\"timezone\":\"UTC\",\"rules\":[{\"policy\":{\"keepLast\":1}}]}";

  @TempDir Path directory;
  private ServerFixture fixture;
  private ApiCaller api;
  private Secret asker;
  private Secret other;
  private Secret operator;

  @BeforeEach
  void start() throws IOException {
    fixture =
        ServerFixture.start(
            directory, each -> each.withProtection(new Protection(Optional.empty(), true)));
    asker = fixture.token(Role.ADMIN);
    other = fixture.token(Role.ADMIN);
    operator = fixture.token(Role.OPERATOR);
    api = new ApiCaller(fixture);
  }

  @AfterEach
  void stop() throws IOException {
    api.close();
    fixture.close();
  }

  private JsonNode waiting(String method, String path, String body) throws Exception {
    HttpResponse<String> answer = api.call(asker, method, path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    JsonNode request = ApiCaller.JSON.readTree(answer.body());
    assertThat(answer.headers().firstValue("Location"))
        .contains(APPROVALS + "/" + request.path("id").asString());
    assertThat(request.path("state").asString()).isEqualTo("waiting");
    assertThat(api.get(other, APPROVALS + "/" + request.path("id").asString()).path("what"))
        .isEqualTo(request.path("what"));
    return request;
  }

  private HttpResponse<String> approve(Secret by, JsonNode request) throws Exception {
    return api.call(
        by,
        "POST",
        APPROVALS + "/" + request.path("id").asString() + "/approve",
        "{\"digest\":\"" + request.path("digest").asString() + "\"}");
  }

  private void assertDone(JsonNode request) throws Exception {
    HttpResponse<String> answer = approve(other, request);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(ApiCaller.JSON.readTree(answer.body()).path("state").asString()).isEqualTo("done");
  }

  private boolean isThere(RestorePointId id) {
    return fixture.repository().restorePoint(id).isPresent();
  }

  @Test
  void forgetsWhenAnotherAdminApproves() throws Exception {
    RestorePointId point = fixture.push(1024);

    JsonNode request = waiting("DELETE", POINTS + point, "");

    assertThat(isThere(point)).isTrue();
    assertThat(waiting("DELETE", POINTS + point, "").path("id")).isEqualTo(request.path("id"));
    assertThat(approve(asker, request).statusCode()).isEqualTo(403);
    assertThat(approve(operator, request).statusCode()).isEqualTo(403);
    assertThat(approve(fixture.token(Role.ADMIN), request).statusCode()).isEqualTo(403);
    JsonNode warning = api.get(operator, "/api/v1/warnings").at("/warnings/0");
    assertThat(warning.path("kind").asString()).isEqualTo("approval");
    assertThat(warning.path("text").asString()).contains(point.toString());
    assertThat(isThere(point)).isTrue();

    assertDone(request);

    assertThat(isThere(point)).isFalse();
    assertThat(api.get(operator, "/api/v1/warnings").path("warnings")).isEmpty();
    assertThat(approve(other, request).statusCode()).isEqualTo(409);
    JsonNode entries = api.get(asker, "/api/v1/audit?action=forget&limit=10").path("entries");
    assertThat(entries.findValuesAsString("outcome"))
        .containsExactly("done", "begun", "asked", "begun", "asked", "begun");
    assertThat(entries.at("/0/details/approval")).isEqualTo(request.path("id"));
    assertThat(entries.at("/2/details/digest")).isEqualTo(request.path("digest"));
  }

  @Test
  void prunesAndEmptiesTheTrashOnlyWithApproval() throws Exception {
    RestorePointId old = fixture.push(1024);
    fixture.push(1024);
    api.json(202, asker, "POST", JOBS, PRUNE.replace("\"kind\"", "\"dryRun\":true,\"kind\""));
    awaitNoJob();
    JsonNode prune = waiting("POST", JOBS, PRUNE);
    assertThat(isThere(old)).isTrue();
    assertDone(prune);
    await().atMost(Duration.ofMinutes(2)).until(() -> !isThere(old));
    awaitNoJob();

    JsonNode sweep = waiting("POST", JOBS, "{\"kind\":\"sweep\",\"keepForgotten\":\"0d\"}");
    assertThat(api.get(asker, "/api/v1/trash").path("restorePoints")).hasSize(1);
    HttpResponse<String> usual = api.call(operator, "POST", JOBS, "{\"kind\":\"sweep\"}");
    assertThat(usual.statusCode()).as(usual.body()).isEqualTo(202);
    awaitNoJob();
    assertThat(api.get(asker, "/api/v1/trash").path("restorePoints")).hasSize(1);
    assertDone(sweep);
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> api.get(asker, "/api/v1/trash").path("restorePoints").isEmpty());
  }

  private void awaitNoJob() {
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() ->
            !api.get(asker, JOBS).path("jobs").findValuesAsString("state").contains("running"));
  }

  @Test
  void endsHoldsOnlyWithApproval() throws Exception {
    RestorePointId point = fixture.push(1024);
    String pin =
        "/api/v1/pins/"
            + api.json(201, asker, "POST", "/api/v1/pins", "{\"restorePoint\":\"" + point + "\"}")
                .path("id")
                .asString();
    JsonNode request = waiting("DELETE", pin, "");
    assertThat(fixture.repository().pruner().pins()).hasSize(1);
    assertDone(request);
    assertThat(fixture.repository().pruner().pins()).isEmpty();
    assertThat(api.call(asker, "DELETE", pin, "").statusCode()).isEqualTo(404);
  }

  @Test
  void shortensRetentionOnlyWithApprovalAndLengthensItAtOnce() throws Exception {
    String week =
        "{\"timezone\":\"UTC\",\"prune\":{\"at\":\"02:00\",\"rules\":[{\"policy\":{\"keepDaily\":7}}]}}";
    JsonNode begins = waiting("PUT", PLAN, week);
    assertThat(api.get(asker, PLAN).path("source").asString()).isEqualTo("none");
    assertDone(begins);
    assertThat(api.get(asker, PLAN).path("plan")).isEqualTo(ApiCaller.JSON.readTree(week));

    api.json(200, asker, "PUT", PLAN, week.replace("7", "30"));
    JsonNode shorter = waiting("PUT", PLAN, week);
    assertThat(shorter.path("text").asString()).contains("keep-daily=30", "keep-daily=7");
    api.json(200, other, "PUT", PLAN, week.replace("7", "40"));
    HttpResponse<String> answer = approve(other, shorter);
    assertThat(ApiCaller.JSON.readTree(answer.body()).path("state").asString()).isEqualTo("failed");
    assertThat(api.get(asker, PLAN).at("/plan/prune/rules/0/policy/keepDaily").asInt())
        .isEqualTo(40);
    assertThat(api.call(asker, "PUT", PLAN, "{\"prun\":{}}").statusCode()).isEqualTo(400);
  }

  @Test
  void keepsWhatWaitsOverARestartAndForgetsWhatIsRejected() throws Exception {
    RestorePointId point = fixture.push(1024);
    JsonNode request = waiting("DELETE", POINTS + point, "");
    fixture.stop();
    fixture.restart();
    String path = APPROVALS + "/" + request.path("id").asString();
    assertThat(api.get(operator, path).path("digest")).isEqualTo(request.path("digest"));

    JsonNode rejected = api.json(200, operator, "POST", path + "/reject", "{\"note\":\"why?\"}");

    assertThat(rejected.path("state").asString()).isEqualTo("rejected");
    assertThat(rejected.path("note").asString()).isEqualTo("why?");
    assertThat(approve(other, request).statusCode()).isEqualTo(409);
    assertThat(isThere(point)).isTrue();
    assertThat(api.get(asker, APPROVALS).path("approvals")).hasSize(1);
    String metrics =
        api.send(api.request(asker, "GET", "/metrics", ""), BodyHandlers.ofString()).body();
    assertThat(metrics)
        .contains("dozo_approvals_waiting 0.0")
        .contains("dozo_approvals_ended_total{outcome=\"rejected\"} 1.0");
  }

  @Test
  void makesNobodyAnAdmin() throws Exception {
    String tokens = "/api/v1/tokens";
    String token = "{\"name\":\"t\",\"role\":\"admin\"}";
    assertThat(api.call(asker, "POST", tokens, token).body()).contains("dozo token create");
    assertThat(api.call(asker, "POST", tokens, token).statusCode()).isEqualTo(409);
    api.json(201, asker, "POST", tokens, "{\"name\":\"t\",\"role\":\"backup\"}");
    String users = "/api/v1/users";
    String password = ",\"password\":\"correct horse battery\"}";
    assertThat(
            api.call(asker, "POST", users, "{\"name\":\"u\",\"role\":\"admin\"" + password)
                .statusCode())
        .isEqualTo(409);
    api.json(201, asker, "POST", users, "{\"name\":\"u\",\"role\":\"operator\"" + password);
  }

  @Test
  void letsAdminsForSomeVmsAskAndSeeOnlyTheirOwn() throws Exception {
    RestorePointId point = fixture.push(1024);
    waiting("DELETE", POINTS + point, "");
    Secret scoped = fixture.token(Role.ADMIN, Scope.of("default"));
    assertThat(api.get(scoped, APPROVALS).path("approvals")).isEmpty();

    JsonNode own = api.json(202, scoped, "DELETE", POINTS + point, "");

    assertThat(api.get(scoped, APPROVALS).path("approvals")).hasSize(1);
    assertThat(approve(scoped, own).statusCode()).isEqualTo(403);
    assertThat(api.get(asker, APPROVALS).path("approvals")).hasSize(2);
    assertThat(api.call(asker, "GET", APPROVALS + "/" + UUID.randomUUID(), "").statusCode())
        .isEqualTo(404);
    assertDone(own);
  }
}
