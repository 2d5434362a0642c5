package dozo.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.server.ServerFixture;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Jobs: their history and their logs, requests that are repeated, and being told of it all. */
final class JobsApiIT {

  private static final String JOBS = "/api/v1/jobs";
  private static final String EVENTS = "/api/v1/events";
  private static final String SWEEP = "{\"kind\":\"sweep\",\"dryRun\":true}";

  /** Takes hours for any pack. */
  private static final String SLOW = "{\"kind\":\"verify\",\"rate\":\"1\"}";

  @TempDir Path directory;
  private ServerFixture fixture;
  private ApiCaller api;
  private Secret admin;

  @BeforeEach
  void start() throws IOException {
    fixture = ServerFixture.start(directory);
    admin = fixture.token(Role.ADMIN);
    api = new ApiCaller(fixture);
  }

  @AfterEach
  void stop() throws IOException {
    api.close();
    fixture.close();
  }

  private String begin(String task) throws Exception {
    return JOBS + "/" + api.json(202, admin, "POST", JOBS, task).get("id").asString();
  }

  private JsonNode ended(String job) throws Exception {
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> !api.get(admin, job).get("state").asString().equals("running"));
    return api.get(admin, job);
  }

  @Test
  void remembersJobsWithTheirReportsAndLogsOverARestart() throws Exception {
    fixture.push(1 << 20);
    String sweep = begin(SWEEP);
    JsonNode before = ended(sweep);
    assertThat(before.at("/log/0/text").asString()).isEqualTo("Begun by test");
    String slow = begin(SLOW);

    fixture.stop();
    fixture.restart();

    assertThat(api.get(admin, sweep)).isEqualTo(before);
    JsonNode stopped = api.get(admin, slow);
    assertThat(stopped.get("state").asString()).isEqualTo("done");
    assertThat(stopped.get("stopAsked").asBoolean()).isTrue();
    assertThat(stopped.at("/result/stopped").asBoolean()).isTrue();
    assertThat(stopped.get("log").toString()).contains("Told to stop by the server");
    JsonNode listed = api.get(admin, JOBS).get("jobs");
    assertThat(listed).hasSize(2);
    assertThat(listed.at("/0/kind").asString()).isEqualTo("verify");
    assertThat(listed.at("/1").has("result")).isFalse();
    assertThat(api.call(admin, "DELETE", sweep, "").statusCode()).isEqualTo(204);
  }

  @Test
  void tellsWhoStoppedAJob() throws Exception {
    fixture.push(1 << 20);
    String slow = begin(SLOW);

    assertThat(api.call(admin, "DELETE", slow, "").statusCode()).isEqualTo(204);

    assertThat(ended(slow).get("log").toString()).contains("Told to stop by test");
  }

  @Test
  void doesARepeatedRequestOnce() throws Exception {
    String body = "{\"name\":\"t\",\"role\":\"backup\"}";
    String[] key = {"Idempotency-Key", UUID.randomUUID().toString()};
    int before = fixture.server().tokens().list().size();

    HttpResponse<String> first = api.call(admin, "POST", "/api/v1/tokens", body, key);
    HttpResponse<String> again = api.call(admin, "POST", "/api/v1/tokens", body, key);

    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(again.statusCode()).isEqualTo(201);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
    assertThat(fixture.server().tokens().list()).hasSize(before + 1);
    assertThat(
            api.call(admin, "POST", "/api/v1/tokens", body.replace("\"t\"", "\"u\""), key)
                .statusCode())
        .isEqualTo(422);
    Secret other = fixture.token(Role.ADMIN);
    assertThat(api.call(other, "POST", "/api/v1/tokens", body, key).body())
        .isNotEqualTo(first.body());
  }

  @Test
  void doesARequestAgainThatFailed() throws Exception {
    String[] key = {"Idempotency-Key", "k"};
    assertThat(api.call(admin, "POST", JOBS, "{\"kind\":\"none\"}", key).statusCode())
        .isEqualTo(400);
    assertThat(api.call(admin, "POST", JOBS, SWEEP, key).statusCode()).isEqualTo(202);
    assertThat(api.call(admin, "POST", JOBS, SWEEP, "Idempotency-Key", "a b").statusCode())
        .isEqualTo(400);
  }

  @Test
  void tellsOfSessionsAndJobsAsTheyGoOn() throws Exception {
    fixture.push(1 << 20);
    try (InputStream stream =
            api.send(api.request(admin, "GET", EVENTS, ""), BodyHandlers.ofInputStream()).body();
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      assertThat(next(lines, "sessions").get("sessions")).isEmpty();
      try (Closeable _ = fixture.silentSession(1 << 20)) {
        JsonNode session = next(lines, "sessions").at("/sessions/0");
        assertThat(session.at("/vm/name").asString()).isEqualTo("web");
        assertThat(session.at("/bytesPerSecond").asLong()).isZero();
        String slow = begin(SLOW);
        while (!next(lines, "jobs").toString().contains("\"running\"")) {
          // An earlier look, before it was begun.
        }
        api.call(admin, "DELETE", slow, "");
        while (!next(lines, "jobs").toString().contains("\"done\"")) {
          // It has not ended yet.
        }
      }
    }
  }

  @Test
  void stopsTellingWhoseTokenIsRevoked() throws Exception {
    Secret operator = fixture.token(Role.OPERATOR);
    try (InputStream stream =
            api.send(api.request(operator, "GET", EVENTS, ""), BodyHandlers.ofInputStream())
                .body();
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      next(lines, "sessions");
      String id = api.get(operator, "/api/v1/me").get("id").asString();

      api.call(admin, "DELETE", "/api/v1/tokens/" + id, "");

      assertThat(next(lines, "end")).isEmpty();
      assertThat(lines.lines().toList()).allMatch(String::isEmpty);
    }
  }

  /** What the next event of a name says. */
  private static JsonNode next(BufferedReader lines, String event) throws IOException {
    String line = lines.readLine();
    while (line != null) {
      if (line.equals("event: " + event)) {
        return ApiCaller.JSON.readTree(lines.readLine().substring("data: ".length()));
      }
      line = lines.readLine();
    }
    throw new AssertionError("The stream ended before an event " + event);
  }
}
