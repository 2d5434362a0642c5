package dozo.server.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.manifest.RestorePointId;
import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.server.ServerFixture;
import dozo.server.auth.Scope;
import java.io.Closeable;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Looking at what a server holds and does. */
final class ReadApiIT {

  private static final String POINTS = "/api/v1/restore-points";

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
  void tellsWhatTheRepositoryHoldsAndHowFullItIs() throws Exception {
    byte[] content = new byte[1 << 20];
    new Random(1).nextBytes(content);
    fixture.push(content);
    fixture.push(content);

    JsonNode repository = api.get(admin, "/api/v1/repository");

    assertThat(repository.at("/id").asString())
        .isEqualTo(fixture.repository().identity().id().toString());
    assertThat(repository.at("/content/restorePoints").asInt()).isEqualTo(2);
    assertThat(repository.at("/content/dataBytes").asLong()).isEqualTo(2L * content.length);
    assertThat(repository.at("/content/newBytes").asLong()).isEqualTo(content.length);
    assertThat(repository.at("/stored/bytes").asLong()).isGreaterThan(content.length);
    assertThat(repository.at("/room/totalBytes").asLong())
        .isGreaterThan(repository.at("/room/usableBytes").asLong());
    assertThat(repository.at("/days/0/restorePoints").asInt()).isPositive();
    assertThat(repository.at("/fullInDays").isNumber()).isTrue();
    assertThat(repository.at("/damage/damagedManifests").asInt()).isZero();
  }

  @Test
  void tellsWhichKeysThereAreAndNotWhatTheyAre() throws Exception {
    JsonNode keys = api.get(admin, "/api/v1/keys");

    assertThat(keys.at("/slots/0/label").asString()).isEqualTo("test");
    assertThat(keys.at("/slots/0/opens").asString()).isEqualTo("key-file");
    assertThat(keys.at("/slots/0/opened").asBoolean()).isTrue();
    assertThat(keys.at("/epochs/0/current").asBoolean()).isTrue();
    assertThat(keys.at("/slots/0").propertyNames())
        .containsExactlyInAnyOrder("id", "opens", "label", "opened");
    assertThat(keys.at("/epochs/0").propertyNames())
        .containsExactlyInAnyOrder("number", "created", "current");
  }

  @Test
  void tellsTheCallerWhoItIs() throws Exception {
    JsonNode me = api.get(fixture.token(Role.RESTORE, Scope.of("default")), "/api/v1/me");

    assertThat(me.at("/role").asString()).isEqualTo("restore");
    assertThat(me.at("/namespace").asString()).isEqualTo("default");
  }

  @Test
  void pagesThroughRestorePointsFromEitherEnd() throws Exception {
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      made.add(fixture.push(1024).toString());
    }

    assertThat(pages("oldest")).isEqualTo(made);
    assertThat(pages("newest")).isEqualTo(made.reversed());
  }

  @Test
  void tellsATimeLineInBrief() throws Exception {
    String first = fixture.push(1024).toString();
    String second = fixture.push(1024).toString();
    api.json(201, admin, "POST", "/api/v1/pins", "{\"restorePoint\":\"" + second + "\"}");
    String path = "/api/v1/time-line?namespace=default&vm=" + ServerFixture.VM_ID;

    JsonNode line = api.get(admin, path);

    assertThat(line.at("/vm/name").asString()).isEqualTo("web");
    assertThat(line.at("/restorePoints/0/id").asString()).isEqualTo(first);
    assertThat(line.at("/restorePoints/0/sizeBytes").asLong()).isEqualTo(1024);
    assertThat(line.at("/restorePoints/0").has("pins")).isFalse();
    assertThat(line.at("/restorePoints/1/pins/0/restorePoint").asString()).isEqualTo(second);
    assertThat(line.has("next")).isFalse();
    assertThat(api.get(admin, path + "&limit=1").get("next").asString()).isEqualTo(first);
    Secret scoped = fixture.token(Role.RESTORE, Scope.of("other"));
    assertThat(api.get(scoped, path).get("restorePoints").isEmpty()).isTrue();
    assertThat(api.get(scoped, path).has("vm")).isFalse();
  }

  private List<String> pages(String order) throws Exception {
    List<String> ids = new ArrayList<>();
    String after = "";
    do {
      JsonNode page = api.get(admin, POINTS + "?limit=2&order=" + order + after);
      page.get("restorePoints").forEach(point -> ids.add(point.get("id").asString()));
      after = page.has("next") ? "&after=" + page.get("next").asString() : "";
    } while (!after.isEmpty());
    return ids;
  }

  @Test
  void sendsNothingAgainThatTheClientKnows() throws Exception {
    fixture.push(1024);
    HttpResponse<String> first = api.call(admin, "GET", POINTS, "");
    String tag = first.headers().firstValue("ETag").orElseThrow();

    HttpResponse<String> again = api.call(admin, "GET", POINTS, "", "If-None-Match", tag);

    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    fixture.push(1024);
    HttpResponse<String> changed =
        api.call(admin, "GET", POINTS, "", "If-None-Match", "\"other\", " + tag);
    assertThat(changed.statusCode()).isEqualTo(200);
    assertThat(changed.headers().firstValue("ETag").orElseThrow()).isNotEqualTo(tag);
  }

  @Test
  void showsWhatIsKnownOfARestorePointToThoseWhoMaySeeIt() throws Exception {
    RestorePointId id = fixture.push(1 << 20);
    api.json(
        201, admin, "POST", "/api/v1/pins", "{\"restorePoint\":\"" + id + "\",\"note\":\"why\"}");

    JsonNode point = api.get(admin, POINTS + "/" + id);
    JsonNode hidden = api.get(fixture.token(Role.BACKUP), POINTS + "/" + id);
    JsonNode vm = api.get(admin, "/api/v1/vms").at("/vms/0");

    assertThat(point.at("/verification").asString()).isEqualTo("never");
    assertThat(point.at("/pins/0/note").asString()).isEqualTo("why");
    assertThat(point.at("/sizeBytes").asLong()).isEqualTo(1 << 20);
    assertThat(point.at("/dataBytes").asLong()).isZero();
    assertThat(point.at("/consistency/achieved").asString()).isEqualTo("crash");
    assertThat(hidden.has("pins")).isFalse();
    assertThat(hidden.has("verification")).isFalse();
    assertThat(vm.at("/achieved").asString()).isEqualTo("crash");
    assertThat(vm.at("/sizeBytes").asLong()).isEqualTo(1 << 20);
  }

  @Test
  void bringsConfigurationFilesAsBytesThatNoBrowserRuns() throws Exception {
    String text = "<script>alert(1)</script>".repeat(100_000);
    String path = POINTS + "/" + fixture.pushWithFile("vm.xml", text.getBytes(UTF_8)) + "/files/";
    Secret restore = fixture.token(Role.RESTORE);

    HttpResponse<String> file = api.call(restore, "GET", path + "vm.xml", "");

    assertThat(file.statusCode()).isEqualTo(200);
    assertThat(file.body()).isEqualTo(text);
    assertThat(file.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/octet-stream");
    assertThat(file.headers().firstValue("Content-Security-Policy").orElse("")).contains("sandbox");
    assertThat(api.call(restore, "GET", path + "other.xml", "").statusCode()).isEqualTo(404);
    Secret elsewhere = fixture.token(Role.RESTORE, Scope.of("other"));
    assertThat(api.call(elsewhere, "GET", path + "vm.xml", "").statusCode()).isEqualTo(404);
  }

  @Test
  void refusesAConfigurationFileThatIsTooLongToShow() throws Exception {
    RestorePointId id = fixture.pushWithFile("large.bin", new byte[(8 << 20) + 1]);

    assertThat(api.call(admin, "GET", POINTS + "/" + id + "/files/large.bin", "").statusCode())
        .isEqualTo(422);
  }

  @Test
  void showsSessionsAndHowFarTheyAre() throws Exception {
    try (Closeable _ = fixture.silentSession(1 << 20)) {
      JsonNode session = api.get(admin, "/api/v1/sessions").at("/sessions/0");

      assertThat(session.at("/vm/name").asString()).isEqualTo("web");
      assertThat(session.at("/sizeBytes").asLong()).isEqualTo(1 << 20);
      assertThat(session.at("/progress/receivedBytes").asLong()).isZero();
      Secret elsewhere = fixture.token(Role.OPERATOR, Scope.of("other"));
      assertThat(api.get(elsewhere, "/api/v1/sessions").get("sessions")).isEmpty();
    }
  }

  @Test
  void tellsOfTheWholeRepositoryOnlyToTokensForAllOfIt() throws Exception {
    Secret scoped = fixture.token(Role.ADMIN, Scope.of("default"));
    for (String path : List.of("/api/v1/repository", "/api/v1/keys", "/api/v1/plan")) {
      assertThat(api.call(scoped, "GET", path, "").statusCode()).as(path).isEqualTo(403);
    }
  }
}
