package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dozo.cli.AdminHttp.Answer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Mounts that a server's API begins: by processes that outlive the server. */
class ServerMountIT extends ServerMounting {

  @Test
  void readsOnThroughStopsAndKillsOfTheServerThatBeganIt() throws Exception {
    Answer mounted = mount("\"vm\":\"web\",\"directory\":\"web\"");
    assertThat(mounted.text("path")).isEqualTo(mounts.resolve("web").toString());
    assertThat(mounted.text("state")).isEqualTo("live");
    assertThat(mounted.text("begunBy")).isEqualTo("server");
    assertThat(read(raw(mounted), 0, MIB)).isEqualTo(expected(0, MIB));

    assertThat(server.end()).isZero();
    CompletableFuture<byte[]> whileStopped = reading(raw(mounted), 10 * MIB, MIB);
    server = server.restart();
    assertThat(whileStopped).succeedsWithin(PATIENCE).isEqualTo(expected(10 * MIB, MIB));

    server.kill();
    CompletableFuture<byte[]> whileKilled = reading(raw(mounted), 20 * MIB, MIB);
    server = server.restart();
    assertThat(whileKilled).succeedsWithin(PATIENCE).isEqualTo(expected(20 * MIB, MIB));
    assertThat(Files.mismatch(disk, raw(mounted))).isEqualTo(-1);

    JsonNode found = onlyMount();
    assertThat(found.path("id").asString()).isEqualTo(mounted.text("id"));
    assertThat(found.path("state").asString()).isEqualTo("live");
    assertThat(found.path("vm").path("name").asString()).isEqualTo("web");
    assertThat(found.path("writable").asBoolean()).isFalse();
    assertThat(found.path("process").asLong()).isEqualTo(mounted.body().path("process").asLong());
    assertThat(server.onItsHost().run("mounts").expect(ExitCode.OK).out())
        .contains(mounted.text("path"), "serving", "token test");

    server.http().delete("/mounts/" + mounted.text("id")).expect(204);
    server.http().delete("/mounts/" + mounted.text("id")).expect(404);
    assertThat(mounts.resolve("web")).doesNotExist();
    assertThat(isAlive(found)).isFalse();
    try (Stream<Path> left = Files.list(server.runtime())) {
      assertThat(left.map(each -> each.getFileName().toString())).containsExactly("claims.lock");
    }
  }

  @Test
  void isFoundWhenItsServerIsKilledBeforeItHasComeUp() throws Exception {
    CompletableFuture<Void> asked =
        CompletableFuture.runAsync(() -> {
          try {
            server.http().post("/mounts", "{\"vm\":\"web\"}");
          } catch (Exception e) {
            throw new IllegalStateException(e); // The server is killed before it answers.
          }
        });
    // From here on the process needs the server no more to come up.
    await().pollInterval(Duration.ofMillis(2)).atMost(PATIENCE).until(() -> !noted().isEmpty());
    server.kill();
    assertThat(asked).failsWithin(PATIENCE);
    server = server.restart();
    await().atMost(PATIENCE).until(() -> onlyMount().path("state").asString().equals("live"));
    JsonNode found = onlyMount();
    assertThat(found.path("token").asString()).isEqualTo("test");
    assertThat(Files.mismatch(disk, Path.of(found.path("path").asString()).resolve("disk0.raw")))
        .isEqualTo(-1);
    server.http().delete("/mounts/" + found.path("id").asString()).expect(204);
  }

  private List<Path> noted() throws IOException {
    if (!Files.isDirectory(server.runtime())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(server.runtime())) {
      return files.filter(each -> each.toString().endsWith(".json")).toList();
    }
  }

  @Test
  void aDeadOneIsTakenOutOfTheWayAndReplaced() throws Exception {
    Answer mounted = mount("\"vm\":\"web\",\"directory\":\"web\"");
    ProcessHandle.of(mounted.body().path("process").asLong()).orElseThrow().destroyForcibly();
    await()
        .atMost(PATIENCE)
        .until(
            () -> onlyMount().path("state").asString().equals("dead") && mountPoints().isEmpty());
    assertThat(mounts.resolve("web")).isEmptyDirectory();
    Answer again = mount("\"vm\":\"web\",\"directory\":\"web\"");
    assertThat(onlyMount().path("id").asString())
        .isEqualTo(again.text("id"))
        .isNotEqualTo(mounted.text("id"));

    // And one that dies while no server is there.
    server.kill();
    ProcessHandle.of(again.body().path("process").asLong()).orElseThrow().destroyForcibly();
    server = server.restart();
    await().atMost(PATIENCE).until(() -> mountPoints().isEmpty());
    server.http().delete("/mounts/" + again.text("id")).expect(204);
    assertThat(mounts.resolve("web")).doesNotExist();
  }

  @Test
  void mountsOnceHoweverManyAskForThePlaceAtOnce() throws Exception {
    AdminHttp http = server.http();
    List<CompletableFuture<Integer>> asked = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      asked.add(
          CompletableFuture.supplyAsync(() -> {
            try {
              return http.post("/mounts", "{\"vm\":\"web\",\"directory\":\"web\"}").status();
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          }));
    }
    List<Integer> statuses = new ArrayList<>();
    for (CompletableFuture<Integer> each : asked) {
      statuses.add(each.get(2, TimeUnit.MINUTES));
    }
    assertThat(statuses)
        .containsOnlyOnce(201)
        .filteredOn(status -> status != 201)
        .containsOnly(409);
    server.http().delete("/mounts/" + onlyMount().path("id").asString()).expect(204);
  }

  @Test
  void isWrittenToWhileTheServerComesAndGoes() throws Exception {
    String wish =
        "\"vm\":\"web\",\"directory\":\"web\","
            + "\"writable\":{\"overlay\":\"test\",\"limit\":\"10M\",\"face\":\"raw\"}";
    Answer mounted = mount(wish);
    assertThat(mounted.text("overlay")).isEqualTo("test");
    byte[] written = new byte[MIB];
    Arrays.fill(written, (byte) 0xd0);
    try (RandomAccessFile open = new RandomAccessFile(raw(mounted).toFile(), "rw")) {
      server.kill();
      open.seek(5 * MIB);
      open.write(written);
      open.getFD().sync();
      server = server.restart();
      open.seek(20 * MIB);
      assertThatThrownBy(() -> open.write(new byte[11 * MIB])).isInstanceOf(IOException.class);
      String busy =
          server.http().delete("/mounts/" + mounted.text("id")).expect(409).text("detail");
      assertThat(busy).contains("files of it open", "?force");
      server.http().delete("/mounts/" + mounted.text("id") + "?force").expect(204);
      assertThatThrownBy(() -> open.write(written)).isInstanceOf(IOException.class);
    }
    JsonNode overlay = server.http().get("/overlays").expect(200).body().path("overlays").get(0);
    assertThat(overlay.path("name").asString()).isEqualTo("test");
    assertThat(overlay.path("mounted").asBoolean()).isFalse();
    assertThat(overlay.path("storedBytes").asLong()).isGreaterThanOrEqualTo(MIB);

    Answer again = mount(wish);
    assertThat(read(raw(again), 5 * MIB, MIB)).isEqualTo(written);
    String path = "/overlays/" + overlay.path("id").asString();
    server.http().delete(path).expect(409);
    server.http(token("\"role\":\"restore\"")).delete(path).expect(403);
    server.cli().run("backup", "--vm", "db", disk).expect(ExitCode.OK);
    server
        .http()
        .post("/mounts", "{\"vm\":\"db\",\"writable\":{\"overlay\":\"test\"}}")
        .expect(409);
    server.http().delete("/mounts/" + again.text("id")).expect(204);
    server.http().delete(path).expect(204);
    server.http().delete(path).expect(404);
  }

  @Test
  void isExportedAndCommittedByCommandsOnItsHost() throws Exception {
    Answer mounted = mount("\"vm\":\"web\",\"writable\":{\"overlay\":\"test\",\"face\":\"raw\"}");
    byte[] written = new byte[MIB];
    Arrays.fill(written, (byte) 0xd0);
    try (RandomAccessFile open = new RandomAccessFile(raw(mounted).toFile(), "rw")) {
      open.seek(5 * MIB);
      open.write(written);
      open.getFD().sync();
    }
    System.arraycopy(written, 0, content, 5 * MIB, MIB);
    Cli host =
        server.onItsHost().with("DOZO_OVERLAYS", server.data().resolve("overlays").toString());
    Path copy = directory.resolve("copy.raw");
    host.run("overlay", "export", "test", "disk0", copy, "--switch").expect(ExitCode.OK);
    assertThat(Files.readAllBytes(copy)).isEqualTo(content);
    host.run("overlay", "commit", "test").expect(ExitCode.LOCKED);
    server.http().delete("/mounts/" + mounted.text("id")).expect(204);

    host.run("overlay", "commit", "test", "--discard").expect(ExitCode.OK);
    assertThat(server.http().get("/overlays").body().path("overlays").size()).isZero();
    Path restored = directory.resolve("restored.raw");
    server.cli().run("restore", "web", "-o", restored).expect(ExitCode.OK);
    assertThat(Files.readAllBytes(restored)).isEqualTo(content);
  }

  @Test
  void isListedAndUnmountedWhileTheServerHangs() throws Exception {
    Answer mounted = mount("\"vm\":\"web\",\"directory\":\"web\"");
    assertThat(read(raw(mounted), 0, MIB)).isEqualTo(expected(0, MIB));
    server.signal("STOP");
    try {
      List<CompletableFuture<byte[]>> reads = new ArrayList<>();
      for (int i = 1; i < 12; i++) {
        reads.add(reading(raw(mounted), (8 + 2 * i) * MIB, MIB));
      }
      assertEnds(new ProcessBuilder("ls", "-la", mounts.toString()));
      assertEnds(new ProcessBuilder("stat", mounted.text("path")));
      assertThat(reads).noneMatch(CompletableFuture::isDone);
      assertEnds(server.onItsHost().process("unmount", mounted.text("path")));
      for (CompletableFuture<byte[]> read : reads) {
        assertThat(read).failsWithin(PATIENCE);
      }
      assertThat(isAlive(mounted.body())).isFalse();
      assertThat(mountPoints()).isEmpty();
      assertEnds(new ProcessBuilder("ls", "-la", mounts.toString()));
    } finally {
      server.signal("CONT");
    }
    assertThat(ids(server.http())).isEmpty();
  }

  private static void assertEnds(ProcessBuilder builder) throws Exception {
    Process process = builder.inheritIO().start();
    try {
      assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .as("%s ended", builder.command())
          .isTrue();
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void killsOneThatHangsIfItIsTold() throws Exception {
    assertThat(server.end()).isZero();
    server = server.restart("--max-mounts", "1");
    Answer mounted = mount("\"vm\":\"web\",\"directory\":\"web\"");
    assertThat(
            server
                .http()
                .post("/mounts", "{\"vm\":\"web\",\"directory\":\"other\"}")
                .expect(503)
                .text("detail"))
        .contains("--max-mounts");
    assertThat(mounts.resolve("other")).doesNotExist();
    long process = mounted.body().path("process").asLong();
    assertEnds(new ProcessBuilder("kill", "-STOP", String.valueOf(process)));
    server.http().delete("/mounts/" + mounted.text("id") + "?force").expect(204);
    assertThat(isAlive(mounted.body())).isFalse();
  }
}
