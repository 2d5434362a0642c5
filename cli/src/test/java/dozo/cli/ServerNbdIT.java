package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dozo.cli.AdminHttp.Answer;
import dozo.cli.quickstart.Tool;
import dozo.protocol.Secret;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Exports by NBD that a server's API begins, and programs that nobody here wrote. */
final class ServerNbdIT {

  private static final int MIB = 1 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String EXPORTS = "/nbd-exports";

  @TempDir private Path directory;
  private ServerProcess server;
  private Path disk;
  private Path socket;

  @BeforeEach
  void backUp() throws Exception {
    assumeThat(Tool.find("qemu-io")).as("without qemu-utils NBD is NOT tested").isPresent();
    Path real = directory.toRealPath();
    server = ServerProcess.create(real);
    socket = real.resolve("data/mounts/web.nbd");
    disk = Cli.randomFile(real.resolve("disk.raw"), 8 * MIB, 3);
    server.cli().run("backup", "--vm", "web", disk).expect(ExitCode.OK);
  }

  @AfterEach
  void leavesNothingBehind() throws Exception {
    if (server == null) {
      return;
    }
    for (JsonNode each : exports(server.http())) {
      server.http().delete(EXPORTS + "/" + each.path("id").asString() + "?force").expect(204);
    }
    server.close();
    assertThat(ProcessHandle.allProcesses())
        .filteredOn(each -> {
          String line = each.info().commandLine().orElse("");
          return line.contains(" nbd ") && line.contains(directory.toString());
        })
        .as("left running")
        .isEmpty();
  }

  private static JsonNode exports(AdminHttp http) throws Exception {
    return http.get(EXPORTS).expect(200).body().path("exports");
  }

  private Answer begin(String more) throws Exception {
    return server.http().post(EXPORTS, "{\"vm\":\"web\",\"name\":\"web\"" + more + "}").expect(201);
  }

  private void end(String id, int expected) throws Exception {
    server.http().delete(EXPORTS + "/" + id).expect(expected);
  }

  private String uri() {
    return "nbd+unix:///disk0?socket=" + socket;
  }

  private Path copy() throws Exception {
    Path copy = Files.createTempFile(directory, "copy", ".raw");
    ServedDisk.run("qemu-img", "convert", "-f", "raw", "-O", "raw", uri(), copy.toString());
    return copy;
  }

  private static Secret token(AdminHttp http, String members) throws Exception {
    return Secret.of(
        http.post("/tokens", "{\"name\":\"one\"," + members + "}").expect(201).text("secret"));
  }

  @Test
  void isReadByQemuAlsoAfterTheServerWasKilledAndEndsWhenNobodyIsConnected() throws Exception {
    Answer export = begin("");
    assertThat(export.text("uri")).isEqualTo("nbd+unix://?socket=" + socket);
    assertThat(export.text("state")).isEqualTo("live");
    assertThat(export.text("token")).isEqualTo("test");
    assertThat(export.body().path("disks").get(0).asString()).isEqualTo("disk0");
    assertThat(Files.mismatch(disk, copy())).isEqualTo(-1);
    server.http().post(EXPORTS, "{\"vm\":\"web\",\"name\":\"web\"}").expect(409);

    server.kill();
    server = server.restart();
    assertThat(Files.mismatch(disk, copy())).isEqualTo(-1);
    assertThat(exports(server.http())).hasSize(1);
    assertThat(exports(server.http()).get(0).path("id").asString()).isEqualTo(export.text("id"));
    assertThat(server.http().get("/mounts").expect(200).body().path("mounts")).isEmpty();

    try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      await().atMost(PATIENCE).untilAsserted(() -> end(export.text("id"), 409));
    }
    await().atMost(PATIENCE).untilAsserted(() -> end(export.text("id"), 204));
    end(export.text("id"), 404);
    assertThat(socket).doesNotExist();
    assertThat(exports(server.http())).isEmpty();
  }

  @Test
  void keepsWhatIsWrittenAndIsReplacedWhenItHasDied() throws Exception {
    Answer first = begin(",\"writable\":{\"overlay\":\"trial\",\"limit\":\"10M\"}");
    assertThat(first.text("overlay")).isEqualTo("trial");
    qemuIo("write -P 0xa1 1M 1M", "flush");
    ProcessHandle.of(first.body().path("process").asLong()).orElseThrow().destroyForcibly();
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(exports(server.http()).get(0).path("state").asString()).isEqualTo("dead"));

    Answer second = begin(",\"writable\":{\"overlay\":\"trial\"}");

    assertThat(second.text("id")).isNotEqualTo(first.text("id"));
    qemuIo("read -P 0xa1 1M 1M");
    server.http().delete(EXPORTS + "/" + second.text("id") + "?force").expect(204);
    JsonNode overlay = server.http().get("/overlays").expect(200).body().at("/overlays/0");
    assertThat(overlay.path("name").asString()).isEqualTo("trial");
    assertThat(overlay.path("mounted").asBoolean()).isFalse();
  }

  private void qemuIo(String... commands) throws IOException, InterruptedException {
    List<String> words = new java.util.ArrayList<>(List.of("-f", "raw", "-t", "writeback"));
    for (String command : commands) {
      words.addAll(List.of("-c", command));
    }
    words.add(uri());
    assertThat(ServedDisk.run("qemu-io", words.toArray(String[]::new)))
        .doesNotContain("failed", "error");
  }

  @Test
  void isForWhoMayReadTheVmOnly() throws Exception {
    server.cli().run("backup", "--vm", "db", disk).expect(ExitCode.OK);
    JsonNode vms = server.http().get("/vms").expect(200).body().path("vms");
    String db = "";
    for (JsonNode vm : vms) {
      db = vm.path("name").asString().equals("db") ? vm.path("id").asString() : db;
    }
    AdminHttp other =
        server.http(
            token(
                server.http(),
                "\"role\":\"restore\",\"namespace\":\"default\",\"vms\":[\"%s\"]".formatted(db)));
    AdminHttp operator = server.http(token(server.http(), "\"role\":\"operator\""));

    other.post(EXPORTS, "{\"vm\":\"web\"}").expect(404);
    operator.post(EXPORTS, "{\"vm\":\"web\"}").expect(403);
    server.http().post(EXPORTS, "{\"vm\":\"web\",\"name\":\"../web\"}").expect(400);
    server.http().post(EXPORTS, "{}").expect(400);
    Answer export = begin("");

    assertThat(exports(operator)).hasSize(1);
    assertThat(exports(other)).isEmpty();
    other.delete(EXPORTS + "/" + export.text("id")).expect(404);
    operator.delete(EXPORTS + "/" + export.text("id")).expect(403);
  }
}
