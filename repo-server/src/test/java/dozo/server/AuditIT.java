package dozo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import dozo.format.AuthenticationFailedException;
import dozo.format.disk.ChunkSource;
import dozo.format.manifest.RestorePointId;
import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.protocol.client.DozoConnection;
import dozo.server.audit.AuditReader;
import dozo.server.audit.AuditRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What clients of the protocol leave in the audit log. */
class AuditIT {

  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path directory;

  private List<JsonNode> entries(String action) throws IOException {
    AuditReader reader = AuditReader.in(directory.resolve("server/audit"));
    assertThat(reader.verify(Optional.empty()).findings()).isEmpty();
    return reader.newest(Long.MAX_VALUE, 100, entry -> entry.action().equals(action)).stream()
        .map(AuditRecord::json)
        .map(JSON::readTree)
        .toList();
  }

  @Test
  void notesWhoCommittedReadAndWasRefused() throws Exception {
    RestorePointId point;
    try (ServerFixture fixture = ServerFixture.start(directory)) {
      point = fixture.push(1024);
      assertThatExceptionOfType(AuthenticationFailedException.class)
          .isThrownBy(() -> fixture.connect(Secret.of("nonsense")).close());
      try (DozoConnection connection = fixture.connect(Role.RESTORE)) {
        for (int i = 0; i < 3; i++) {
          try (ChunkSource disk = connection.openDisk(point, "disk0")) {
            assertThat(disk.sizeBytes()).isEqualTo(1024);
          }
        }
        assertThatIOException()
            .isThrownBy(() -> connection.beginSession(ServerFixture.plan(1024)).close());
      }
      // Nobody waits for these entries; they come soon.
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(() -> assertThat(entries("begin-session")).hasSize(1));
    }

    JsonNode commit = entries("commit").getFirst();
    assertThat(commit.path("details").path("restorePoint").asString()).isEqualTo(point.toString());
    assertThat(commit.path("who").path("role").asString()).isEqualTo("backup");
    assertThat(commit.path("details").path("vmName").asString()).isEqualTo("web");

    JsonNode refused = entries("authenticate").getFirst();
    assertThat(refused.path("outcome").asString()).isEqualTo("refused");
    assertThat(refused.path("who").path("kind").asString()).isEqualTo("nobody");
    assertThat(refused.path("from").asString()).isEqualTo("127.0.0.1");

    List<JsonNode> opened = entries("open-disk");
    assertThat(opened).hasSize(2);
    assertThat(opened.getFirst().path("details").path("repeated").asString()).isEqualTo("2");
    assertThat(opened.getLast().path("who").path("role").asString()).isEqualTo("restore");
    assertThat(opened.getLast().path("details").path("name").asString()).isEqualTo("disk0");

    assertThat(entries("begin-session").getFirst().path("outcome").asString()).isEqualTo("refused");
    assertThat(entries("start")).hasSize(1);
    assertThat(entries("stop")).hasSize(1);
  }
}
