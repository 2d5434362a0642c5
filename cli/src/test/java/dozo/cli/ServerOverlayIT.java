package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dozo.cli.AdminHttp.Answer;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What was written to a server's mounts, saved by its API: as a file, and as a restore point. */
class ServerOverlayIT extends ServerMounting {

  @Test
  void exportsBesideTheGuestAndCommits() throws Exception {
    Answer mounted = mount("\"vm\":\"web\",\"writable\":{\"overlay\":\"test\",\"face\":\"raw\"}");
    byte[] written = new byte[MIB];
    Arrays.fill(written, (byte) 0xd0);
    try (RandomAccessFile open = new RandomAccessFile(raw(mounted).toFile(), "rw")) {
      open.seek(5 * MIB);
      open.write(written);
      open.getFD().sync();
    }
    System.arraycopy(written, 0, content, 5 * MIB, MIB);
    assertThat(post("commit", "{}").expect(409).text("detail")).contains("unmount");
    post("export", "{\"disk\":\"disk9\",\"file\":\"copy.raw\"}").expect(400);
    post("export", "{\"disk\":\"disk0\",\"file\":\"../copy.raw\"}").expect(400);
    post("export", "{\"disk\":\"disk0\"}").expect(400);
    for (String role : List.of("restore", "operator")) {
      assertThat(
              server
                  .http(token("\"role\":\"" + role + "\""))
                  .post("/overlays/test/export", "{\"disk\":\"disk0\",\"file\":\"copy.raw\"}")
                  .status())
          .isEqualTo(403);
    }
    server
        .http(token("\"role\":\"admin\",\"namespace\":\"default\""))
        .post("/overlays/test/commit", "{}")
        .expect(403);

    JsonNode following = job("export", "{\"disk\":\"disk0\",\"file\":\"copy.raw\"}").path("result");
    assertThat(following.path("follows").asBoolean()).as("%s", following).isTrue();
    Path copy = server.data().toRealPath().resolve("exports/copy.raw");
    assertThat(following.path("file").asString()).isEqualTo(copy.toString());
    assertThat(copy).doesNotExist();
    JsonNode ended = job("export", "{\"disk\":\"disk0\",\"switch\":true}").path("result");
    assertThat(ended.path("file").asString()).as("%s", ended).isEqualTo(copy.toString());
    assertThat(Files.readAllBytes(copy)).isEqualTo(content);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy.getParent())))
        .isEqualTo("rwx------");
    server.http().delete("/mounts/" + mounted.text("id")).expect(204);
    assertThat(post("export", "{\"disk\":\"disk0\",\"switch\":true}").expect(409).text("detail"))
        .contains("not mounted");

    JsonNode failed = job("export", "{\"disk\":\"disk0\",\"file\":\"copy.raw\"}");
    assertThat(failed.path("state").asString()).as("%s", failed).isEqualTo("failed");
    assertThat(failed.path("problem").asString()).contains("copy.raw");

    stopsOrEnds();

    JsonNode committed = job("commit", "{\"discard\":true}");
    assertThat(committed.path("state").asString()).as("%s", committed).isEqualTo("done");
    String point = committed.at("/result/restorePoint").asString();
    assertThat(server.http().get("/overlays").body().path("overlays").size()).isZero();
    Path restored = directory.resolve("restored.raw");
    server.cli().run("restore", point, "-o", restored).expect(ExitCode.OK);
    assertThat(Files.readAllBytes(restored)).isEqualTo(content);
    assertThat(tokensForCommits()).as("tokens that nobody needs any more").isEmpty();
    JsonNode told = server.http().get("/audit?action=commit-overlay").body().path("entries");
    assertThat(told.findValuesAsString("overlay")).as("%s", told).contains("test");
  }

  /** One that is told to stop at once has, as a rule, not got far; whichever way, it ends well. */
  private void stopsOrEnds() throws Exception {
    String id = post("commit", "{}").expect(202).text("id");
    server.http().delete("/jobs/" + id).expect(204);
    JsonNode stopped = ended(id);
    assertThat(stopped.path("state").asString()).as("%s", stopped).isEqualTo("done");
    assertThat(stopped.at("/result/stopped").asBoolean())
        .as("%s", stopped)
        .isNotEqualTo(stopped.path("result").has("restorePoint"));
    assertThat(server.http().get("/overlays").body().path("overlays").size()).isEqualTo(1);
    assertThat(tokensForCommits()).isEmpty();
  }

  private List<String> tokensForCommits() throws Exception {
    List<String> names = new ArrayList<>();
    for (JsonNode token : server.http().get("/tokens").expect(200).body().path("tokens")) {
      names.add(token.path("name").asString());
    }
    names.removeIf(name -> !name.startsWith("commit of overlay"));
    return names;
  }

  private Answer post(String verb, String body) throws Exception {
    return server.http().post("/overlays/test/" + verb, body);
  }

  private JsonNode job(String verb, String body) throws Exception {
    return ended(post(verb, body).expect(202).text("id"));
  }

  private JsonNode ended(String id) throws Exception {
    await().atMost(PATIENCE).until(() -> !job(id).path("state").asString().equals("running"));
    return job(id);
  }

  private JsonNode job(String id) throws Exception {
    return server.http().get("/jobs/" + id).expect(200).body();
  }
}
