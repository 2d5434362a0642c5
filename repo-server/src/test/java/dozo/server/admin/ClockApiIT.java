package dozo.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.StateEntry;
import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.server.ServerFixture;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** A server that starts with a clock that is a month behind what it had shown. */
final class ClockApiIT {

  private static final String CLOCK = "/api/v1/clock";
  private static final String JOBS = "/api/v1/jobs";

  @TempDir Path directory;
  private ServerFixture fixture;
  private ApiCaller api;
  private Secret admin;
  private RestorePointId point;

  @BeforeEach
  void start() throws IOException {
    fixture = ServerFixture.start(directory);
    point = fixture.push(1024);
    admin = fixture.token(Role.ADMIN);
    fixture.server().close();
    Instant ahead = Instant.now().plus(Duration.ofDays(30));
    fixture
        .repository()
        .state()
        .put(
            new StateEntry(
                "clock",
                fixture.repository().identity().id(),
                JsonNodeFactory.instance.objectNode().put("latest", ahead.toString())));
    fixture.repository().close();
    fixture.restart();
    api = new ApiCaller(fixture);
  }

  @AfterEach
  void stop() throws IOException {
    api.close();
    fixture.close();
  }

  private HttpResponse<String> confirm(Secret by, Instant time) throws Exception {
    return api.call(by, "POST", CLOCK + "/confirm", "{\"time\":\"" + time + "\"}");
  }

  @Test
  void forgetsNothingUntilAnAdminConfirmsTheTime() throws Exception {
    JsonNode clock = api.get(admin, CLOCK);
    assertThat(clock.path("doubted").asBoolean()).isTrue();
    assertThat(clock.path("text").asString()).contains("back to");
    JsonNode warning = api.get(admin, "/api/v1/warnings").at("/warnings/0");
    assertThat(warning.path("kind").asString()).isEqualTo("clock");

    String forget = "/api/v1/restore-points/" + point;
    assertThat(api.call(admin, "DELETE", forget, "").statusCode()).isEqualTo(409);
    String prune = "{\"kind\":\"prune\",\"rules\":[{\"policy\":{\"keepLast\":1}}]}";
    assertThat(api.call(admin, "POST", JOBS, prune).body()).contains("dozo clock confirm");
    String sweep = "{\"kind\":\"sweep\"}";
    assertThat(api.call(admin, "POST", JOBS, sweep).statusCode()).isEqualTo(409);
    String dryRun = "{\"kind\":\"sweep\",\"dryRun\":true}";
    assertThat(api.call(admin, "POST", JOBS, dryRun).statusCode()).isEqualTo(202);

    assertThat(confirm(fixture.token(Role.OPERATOR), Instant.now()).statusCode()).isEqualTo(403);
    assertThat(confirm(admin, Instant.now().plus(Duration.ofDays(30))).statusCode()).isEqualTo(409);
    assertThat(confirm(admin, Instant.now()).statusCode()).isEqualTo(200);

    assertThat(api.get(admin, CLOCK).path("doubted").asBoolean()).isFalse();
    assertThat(api.get(admin, "/api/v1/warnings").path("warnings")).isEmpty();
    assertThat(api.call(admin, "DELETE", forget, "").statusCode()).isEqualTo(204);
    assertThat(confirm(admin, Instant.now()).statusCode()).isEqualTo(409);
    assertThat(api.get(admin, "/api/v1/audit?action=clock-jump").path("entries")).hasSize(1);
  }
}
