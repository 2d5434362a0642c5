package dozo.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dozo.format.manifest.RestorePointId;
import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.protocol.ServerTrust;
import dozo.protocol.transport.JdkTls;
import dozo.server.ServerFixture;
import dozo.server.auth.Scope;
import dozo.server.upkeep.VerifyTask;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Having a server look for damage, through the API. */
final class VerifyApiIT {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String JOBS = "/api/v1/jobs";

  @TempDir Path directory;
  private final byte[] content = new byte[1 << 20];
  private ServerFixture fixture;
  private HttpClient http;
  private Secret operator;
  private ListAppender<ILoggingEvent> logged;

  @BeforeEach
  void start() throws IOException {
    new Random(1).nextBytes(content);
    fixture = ServerFixture.start(directory);
    operator = fixture.token(Role.OPERATOR);
    http =
        HttpClient.newBuilder()
            .sslContext(JdkTls.forClient(new ServerTrust.Pinned(fixture.server().fingerprint())))
            .build();
    logged = new ListAppender<>();
    logged.start();
    logger().addAppender(logged);
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(VerifyTask.class);
  }

  @AfterEach
  void stop() throws IOException {
    logger().detachAppender(logged);
    http.close();
    fixture.close();
  }

  private HttpResponse<String> call(String method, String path, Secret token, String body)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    "https://127.0.0.1:" + fixture.server().adminPort().orElseThrow() + path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .header("Authorization", "Bearer " + token.reveal())
            .build();
    return http.send(request, BodyHandlers.ofString());
  }

  private JsonNode get(String path) throws Exception {
    return JSON.readTree(call("GET", path, operator, "").body());
  }

  /** Begins a task, and returns where its job is. */
  private String begin(String task) throws Exception {
    HttpResponse<String> begun = call("POST", JOBS, operator, task);
    assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
    return JOBS + "/" + JSON.readTree(begun.body()).get("id").asString();
  }

  private JsonNode result(String job) throws Exception {
    await().until(() -> !get(job).get("state").asString().equals("running"));
    JsonNode ended = get(job);
    assertThat(ended.get("state").asString()).as(ended.toString()).isEqualTo("done");
    return ended.get("result");
  }

  private void damageLargestPack() throws IOException {
    Path pack;
    try (Stream<Path> paths = Files.walk(directory.resolve("repository").resolve("packs"))) {
      pack =
          paths
              .filter(Files::isRegularFile)
              .max(Comparator.comparingLong(path -> path.toFile().length()))
              .orElseThrow();
    }
    try (FileChannel channel = FileChannel.open(pack, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[4096]), 100_000);
    }
  }

  @Test
  void tellsWhatIsDamagedInTheResultAndInTheLog() throws Exception {
    RestorePointId point = fixture.push(content);
    JsonNode sound = result(begin("{\"kind\":\"verify\",\"olderThan\":\"30d\"}"));
    assertThat(sound.get("sound").asBoolean()).isTrue();
    assertThat(sound.get("packs").asInt()).isPositive();
    JsonNode again = result(begin("{\"kind\":\"verify\",\"olderThan\":\"30d\"}"));
    assertThat(again.get("packs").asInt()).isZero();
    assertThat(again.get("freshPacks")).isEqualTo(sound.get("packs"));
    assertThat(logged.list).noneMatch(event -> event.getLevel().toString().equals("ERROR"));

    damageLargestPack();
    JsonNode found = result(begin("{\"kind\":\"verify\"}"));

    assertThat(found.get("sound").asBoolean()).isFalse();
    assertThat(found.get("stopped").asBoolean()).isFalse();
    JsonNode damage = found.get("damages").get(0);
    assertThat(damage.get("restorePoint").asString()).isEqualTo(point.toString());
    assertThat(damage.get("vm").asString()).isEqualTo("web");
    assertThat(damage.get("name").asString()).isEqualTo("disk0");
    assertThat(damage.get("lengthBytes").asLong()).isPositive();
    JsonNode pack = found.get("damagedPacks").get(0);
    assertThat(pack.get("condition").asString()).isEqualTo("PARTLY_READABLE");
    assertThat(logged.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .anyMatch(line -> line.contains("restorePoint=" + point + " name=disk0"));

    fixture.push(content);
    assertThat(result(begin("{\"kind\":\"verify\"}")).get("damages")).isEmpty();
  }

  @Test
  void runsBesideSessionsAndSweepsUntilItIsStopped() throws Exception {
    fixture.push(content);
    String slow = begin("{\"kind\":\"verify\",\"olderThan\":\"1d\",\"rate\":\"1\"}");
    assertThat(call("POST", JOBS, operator, "{\"kind\":\"verify\"}").statusCode()).isEqualTo(409);
    fixture.push(2048);
    for (int i = 0; i < 21; i++) {
      result(begin("{\"kind\":\"sweep\",\"dryRun\":true}"));
    }
    assertThat(get(slow).get("state").asString()).isEqualTo("running");
    assertThat(get(JOBS).get("jobs").toString()).contains("\"kind\":\"verify\"");

    assertThat(call("DELETE", slow, operator, "").statusCode()).isEqualTo(204);

    assertThat(result(slow).get("stopped").asBoolean()).isTrue();
    assertThat(result(begin("{\"kind\":\"verify\"}")).get("stopped").asBoolean()).isFalse();
  }

  @Test
  void takesAnOperatorsTokenForAllVms() throws Exception {
    String task = "{\"kind\":\"verify\"}";
    for (Secret other :
        new Secret[] {
          fixture.token(Role.BACKUP),
          fixture.token(Role.RESTORE),
          fixture.token(Role.ADMIN, Scope.of("default"))
        }) {
      assertThat(call("POST", JOBS, other, task).statusCode()).isEqualTo(403);
    }
  }
}
