package dozo.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dozo.format.manifest.RestorePointId;
import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.protocol.ServerTrust;
import dozo.protocol.transport.JdkTls;
import dozo.server.ServerFixture;
import dozo.server.auth.Scope;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Looking after a repository through the API. */
final class UpkeepApiIT {

  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path directory;
  private ServerFixture fixture;
  private HttpClient http;
  private Secret admin;

  @BeforeEach
  void start() throws IOException {
    fixture = ServerFixture.start(directory);
    admin = fixture.token(Role.ADMIN);
    http =
        HttpClient.newBuilder()
            .sslContext(JdkTls.forClient(new ServerTrust.Pinned(fixture.server().fingerprint())))
            .build();
  }

  @AfterEach
  void stop() throws IOException {
    http.close();
    fixture.close();
  }

  private HttpResponse<String> call(String method, String path, Optional<Secret> token, String body)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(
                    "https://127.0.0.1:" + fixture.server().adminPort().orElseThrow() + path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    token.ifPresent(it -> request.header("Authorization", "Bearer " + it.reveal()));
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private JsonNode get(String path) throws Exception {
    HttpResponse<String> response = call("GET", path, Optional.of(admin), "");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  private static void assertProblem(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
  }

  private JsonNode job(Secret token, String task) throws Exception {
    HttpResponse<String> begun = call("POST", "/api/v1/jobs", Optional.of(token), task);
    assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
    String path = "/api/v1/jobs/" + JSON.readTree(begun.body()).get("id").asString();
    await().until(() -> !get(path).get("state").asString().equals("running"));
    return get(path);
  }

  @Test
  void prunesPinsAndSweepsBesideTheServer() throws Exception {
    Secret operator = fixture.token(Role.OPERATOR);
    RestorePointId old = fixture.push(2048);
    RestorePointId pinned = fixture.push(2048);
    fixture.push(2048);
    String pin =
        JSON.readTree(
                call(
                        "POST",
                        "/api/v1/pins",
                        Optional.of(operator),
                        "{\"restorePoint\":\"" + pinned + "\",\"note\":\"why\"}")
                    .body())
            .get("id")
            .asString();
    String rules = "\"rules\":[{\"vms\":[\"web\"],\"policy\":{\"keepLast\":1}}]";

    JsonNode dry = job(operator, "{\"kind\":\"prune\",\"dryRun\":true," + rules + "}");
    assertThat(dry.get("result").get("forgotten").asInt()).isPositive();
    assertProblem(
        call("POST", "/api/v1/jobs", Optional.of(operator), "{\"kind\":\"prune\"," + rules + "}"),
        403);
    JsonNode done = job(admin, "{\"kind\":\"prune\"," + rules + "}");
    assertThat(done.get("result").get("forgotten")).isEqualTo(dry.get("result").get("forgotten"));
    assertThat(fixture.repository().restorePoint(pinned)).isPresent();
    assertThat(fixture.repository().restorePoint(old)).isEmpty();

    assertThat(get("/api/v1/trash").get("restorePoints").toString()).contains(old.toString());
    assertThat(
            call("POST", "/api/v1/trash/" + old + "/undelete", Optional.of(operator), "")
                .statusCode())
        .isEqualTo(204);
    assertThat(call("DELETE", "/api/v1/restore-points/" + old, Optional.of(admin), "").statusCode())
        .isEqualTo(204);
    assertProblem(call("DELETE", "/api/v1/restore-points/" + pinned, Optional.of(admin), ""), 409);
    assertThat(call("DELETE", "/api/v1/pins/" + pin, Optional.of(admin), "").statusCode())
        .isEqualTo(204);

    String now = "{\"kind\":\"sweep\",\"keepForgotten\":\"0d\",\"keepPacks\":\"0d\"}";
    assertProblem(call("POST", "/api/v1/jobs", Optional.of(operator), now), 403);
    assertThat(job(operator, "{\"kind\":\"sweep\"}").get("state").asString()).isEqualTo("done");
    assertThat(job(admin, now).get("result").get("purgedRestorePoints").asInt()).isPositive();
    assertThat(get("/api/v1/trash").get("restorePoints").isEmpty()).isTrue();
    JsonNode space = job(operator, "{\"kind\":\"space\",\"restorePoints\":[\"" + pinned + "\"]}");
    assertThat(space.get("result").get("freedBytes").asLong()).isZero();
  }

  @Test
  void refusesTasksThatAreNone() throws Exception {
    for (String task :
        List.of(
            "{}",
            "{\"kind\":\"sweep\",\"keepForgoten\":\"1d\"}",
            "{\"kind\":\"sweep\",\"rate\":\"5%\"}",
            "{\"kind\":\"prune\",\"rules\":[]}",
            "{\"kind\":\"prune\",\"rules\":[{\"policy\":{}}]}",
            "{\"kind\":\"prune\",\"rules\":[{\"policy\":{\"keepDayly\":7}}]}",
            "{\"kind\":\"verify\",\"olderThan\":\"-1d\"}",
            "{\"kind\":\"verify\",\"rate\":\"0\"}",
            "{\"kind\":\"space\",\"restorePoints\":[]}")) {
      assertProblem(call("POST", "/api/v1/jobs", Optional.of(admin), task), 400);
    }
    Secret scoped = fixture.token(Role.ADMIN, Scope.of("default"));
    assertProblem(call("POST", "/api/v1/jobs", Optional.of(scoped), "{\"kind\":\"sweep\"}"), 403);
  }
}
