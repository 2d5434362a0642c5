package dozo.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dozo.format.manifest.RestorePointId;
import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.server.ServerFixture;
import dozo.server.auth.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A guest whose disk is encrypted between two backups. */
final class WarningsApiIT {

  private static final String WARNINGS = "/api/v1/warnings";
  private static final int DISK_BYTES = 48 << 20;

  @TempDir Path directory;
  private final Random random = new Random(7);
  private final byte[] disk = new byte[DISK_BYTES];
  private ServerFixture fixture;
  private ApiCaller api;
  private Secret admin;

  @BeforeEach
  void start() throws IOException {
    fixture = ServerFixture.start(directory);
    admin = fixture.token(Role.ADMIN);
    api = new ApiCaller(fixture);
    write(0, DISK_BYTES);
  }

  @AfterEach
  void stop() throws IOException {
    api.close();
    fixture.close();
  }

  /** Writes what has no duplicates and compresses well, as a guest's files do. */
  private void write(int from, int to) {
    for (int at = from; at < to; at += 4) {
      disk[at] = (byte) random.nextInt();
      Arrays.fill(disk, at + 1, at + 4, (byte) 'x');
    }
  }

  /** Makes what compresses no more of a stretch, as encryption does. */
  private void encrypt(int from, int to) {
    byte[] bytes = new byte[to - from];
    random.nextBytes(bytes);
    System.arraycopy(bytes, 0, disk, from, bytes.length);
  }

  private JsonNode prune() throws Exception {
    String task =
        "{\"kind\":\"prune\",\"timezone\":\"UTC\",\"rules\":[{\"policy\":{\"keepLast\":1}}]}";
    String job =
        "/api/v1/jobs/" + api.json(202, admin, "POST", "/api/v1/jobs", task).get("id").asString();
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> !api.get(admin, job).get("state").asString().equals("running"));
    return api.get(admin, job).get("result");
  }

  @Test
  void shieldsAVmWhoseDataWasEncryptedUntilThatIsAcknowledged() throws Exception {
    RestorePointId first = fixture.push(disk);
    for (int day = 0; day < 3; day++) {
      write(day << 20, (day + 1) << 20);
      fixture.push(disk);
    }
    assertThat(api.get(admin, WARNINGS).get("warnings")).isEmpty();
    encrypt(8 << 20, DISK_BYTES);
    RestorePointId odd = fixture.push(disk);

    JsonNode warning = api.get(admin, WARNINGS).at("/warnings/0");
    assertThat(warning.get("kind").asString()).isEqualTo("odd-data");
    assertThat(warning.get("restorePoint").asString()).isEqualTo(odd.toString());
    assertThat(warning.get("shields").asBoolean()).isTrue();
    JsonNode health = api.get(admin, "/api/v1/restore-points/" + odd).get("health");
    assertThat(health.get("newShare").asDouble()).isGreaterThan(0.7);
    assertThat(health.get("storedShare").asDouble()).isGreaterThan(0.9);
    assertThat(health.at("/usual/storedShare").asDouble()).isLessThan(0.6);

    JsonNode refused = prune();
    assertThat(refused.get("forgotten").asInt()).isZero();
    assertThat(refused.at("/vms/0/refused").asString()).contains("encryption", "acknowledge");
    assertThat(api.call(admin, "DELETE", "/api/v1/restore-points/" + first, "").statusCode())
        .isEqualTo(409);
    fixture.stop();
    fixture.restart();
    assertThat(api.get(admin, WARNINGS).get("warnings")).hasSize(1);

    String acknowledge = WARNINGS + "/" + odd + "/acknowledge";
    Secret operator = fixture.token(Role.OPERATOR);
    assertThat(api.call(operator, "POST", acknowledge, "{}").statusCode()).isEqualTo(403);
    assertThat(
            api.call(fixture.token(Role.ADMIN, Scope.of("other")), "POST", acknowledge, "{}")
                .statusCode())
        .isEqualTo(404);
    assertThat(
            api.call(admin, "POST", acknowledge, "{\"note\":\"a new archive disk\"}").statusCode())
        .isEqualTo(204);

    assertThat(api.get(admin, WARNINGS).get("warnings")).isEmpty();
    assertThat(prune().get("forgotten").asInt()).isPositive();
  }
}
