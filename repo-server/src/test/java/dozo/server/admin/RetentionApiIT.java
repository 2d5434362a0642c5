package dozo.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.manifest.RestorePointId;
import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.server.ServerFixture;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Setting the plan and trying policies out through the API. */
final class RetentionApiIT {

  private static final String PLAN = "/api/v1/plan";
  private static final String SIMULATIONS = "/api/v1/retention/simulations";
  private static final String NIGHTLY =
      "{\"timezone\":\"UTC\",\"prune\":{\"at\":\"02:00\",\"rules\":"
          + "[{\"policy\":{\"keepDaily\":7}}]},\"sweep\":{\"at\":\"03:00\",\"keepForgotten\":\"2d\"}}";

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

  @Test
  void followsThePlanThatWasSetAlsoAfterARestart() throws Exception {
    assertThat(api.get(admin, PLAN).get("source").asString()).isEqualTo("none");

    JsonNode set = api.json(200, admin, "PUT", PLAN, NIGHTLY);

    assertThat(set.get("source").asString()).isEqualTo("api");
    assertThat(set.get("plan")).isEqualTo(ApiCaller.JSON.readTree(NIGHTLY));
    assertThat(set.get("next").findValuesAsString("kind")).containsExactly("prune", "sweep");
    assertThat(set.at("/next/0/at").asString()).endsWith("T02:00:00Z");
    fixture.stop();
    fixture.restart();
    assertThat(api.get(admin, PLAN).get("plan")).isEqualTo(set.get("plan"));
    // What an operator may sweep away follows the plan too.
    Secret operator = fixture.token(Role.OPERATOR);
    String shorter = "{\"kind\":\"sweep\",\"keepForgotten\":\"1d\"}";
    assertThat(api.call(operator, "POST", "/api/v1/jobs", shorter).statusCode()).isEqualTo(403);
    String asPlanned = "{\"kind\":\"sweep\",\"keepForgotten\":\"2d\"}";
    assertThat(api.call(operator, "POST", "/api/v1/jobs", asPlanned).statusCode()).isEqualTo(202);
  }

  @Test
  void refusesPlansThatAreNoneAndKeepsTheOneBefore() throws Exception {
    api.json(200, admin, "PUT", PLAN, NIGHTLY);
    for (String wrong :
        List.of(
            "[]",
            "{\"prune\":{\"rules\":[]}}",
            "{\"prun\":{}}",
            "{\"sweep\":{\"dryRun\":true}}",
            "{\"timezone\":\"Mars\"}")) {
      HttpResponse<String> refused = api.call(admin, "PUT", PLAN, wrong);
      assertThat(refused.statusCode()).as(wrong).isEqualTo(400);
    }
    assertThat(api.get(admin, PLAN).get("plan")).isEqualTo(ApiCaller.JSON.readTree(NIGHTLY));
    assertThat(api.call(fixture.token(Role.OPERATOR), "PUT", PLAN, "{}").statusCode())
        .isEqualTo(403);
  }

  @Test
  void triesAPolicyOnTheRestorePointsOfAVm() throws Exception {
    RestorePointId old = fixture.push(1024);
    RestorePointId newest = fixture.push(1024);
    String wish =
        "{\"policy\":{\"keepLast\":1},\"timezone\":\"UTC\",\"vm\":{\"namespace\":\"default\","
            + "\"id\":\""
            + ServerFixture.VM_ID
            + "\"}}";

    JsonNode simulation = api.json(200, admin, "POST", SIMULATIONS, wish);

    JsonNode decisions = simulation.get("decisions");
    assertThat(decisions).hasSize(2);
    assertThat(decisions.at("/0/restorePoint").asString()).isEqualTo(newest.toString());
    assertThat(decisions.at("/0/word").asString()).isEqualTo("keep");
    assertThat(decisions.at("/0/why").asString()).contains("keep-last");
    assertThat(decisions.at("/1/word").asString()).isEqualTo("forget");
    assertThat(decisions.at("/1/date").asString()).hasSize(10);
    assertThat(fixture.repository().restorePoint(old)).isPresent();
    String nobody = wish.replace("default", "other");
    assertThat(api.call(admin, "POST", SIMULATIONS, nobody).statusCode()).isEqualTo(404);
  }

  @Test
  void triesAPolicyOnAYearOfBackups() throws Exception {
    String wish =
        "{\"policy\":{\"keepDaily\":7,\"keepMonthly\":12},\"timezone\":\"Europe/Berlin\","
            + "\"series\":{\"from\":\"2026-01-01\",\"days\":365,\"times\":[\"02:30\",\"14:00\"]}}";

    JsonNode simulation = api.json(200, admin, "POST", SIMULATIONS, wish);

    assertThat(simulation.get("decisions")).hasSize(730);
    // Seven days, and the months before that of the last: eleven of the twelve have others.
    assertThat(simulation.get("kept").asInt()).isEqualTo(7 + 11);
    JsonNode last = simulation.get("decisions").get(729);
    assertThat(last.get("date").asString()).isEqualTo("2026-12-31");
    assertThat(last.get("why").asString()).contains("keep-daily").contains("keep-monthly");
    assertThat(simulation.at("/decisions/0/word").asString()).isEqualTo("forget");
  }

  @Test
  void boundsWhatASimulationCosts() throws Exception {
    for (String series :
        List.of(
            "{\"from\":\"2026-01-01\",\"days\":3660,\"times\":[\"02:30\"]}",
            "{\"from\":\"2026-01-01\",\"days\":0,\"times\":[\"02:30\"]}",
            "{\"from\":\"2026-01-01\",\"days\":1,\"times\":[]}",
            "{\"from\":\"yesterday\",\"days\":1,\"times\":[\"02:30\"]}")) {
      String wish = "{\"policy\":{\"keepDaily\":7},\"series\":" + series + "}";
      assertThat(api.call(admin, "POST", SIMULATIONS, wish).statusCode()).as(series).isEqualTo(400);
    }
    assertThat(api.call(admin, "POST", SIMULATIONS, "{\"policy\":{\"keepDaily\":7}}").statusCode())
        .isEqualTo(400);
  }
}
