package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dozo.cli.AdminHttp.Answer;
import dozo.mount.fuse.FuseMount;
import dozo.protocol.Secret;
import dozo.vhdx.read.VhdxChain;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Mounts that a server's API begins: by processes that outlive the server, for tokens that may. */
class ServerMountIT {
  private static final int MIB = 1 << 20;
  private static final int DISK_BYTES = 32 * MIB;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir private Path directory;
  private ServerProcess server;
  private Path disk;
  private byte[] content;
  private Path mounts;

  @BeforeEach
  void backUp() throws Exception {
    assumeThat(Path.of("/dev/fuse")).as("without it mounts are NOT tested").isWritable();
    server = ServerProcess.create(directory.toRealPath());
    mounts = directory.toRealPath().resolve("data/mounts");
    disk = Cli.randomFile(directory.resolve("disk.raw"), DISK_BYTES, 7);
    content = Files.readAllBytes(disk);
    server.cli().run("backup", "--vm", "web", disk).expect(ExitCode.OK);
  }

  @AfterEach
  void leavesNothingBehind() throws Exception {
    if (server == null) {
      return;
    }
    server.close();
    List<String> places = mountPoints();
    for (String place : places) {
      server.onItsHost().run("unmount", "--force", place);
    }
    server.onItsHost().run("mounts", "--clear");
    assertThat(places).as("left mounted").isEmpty();
    assertThat(processes()).as("left running").isEmpty();
  }

  /** What the kernel has mounted here. */
  private List<String> mountPoints() throws IOException {
    return FuseMount.mountPoints().stream()
        .filter(place -> place.startsWith(mounts))
        .map(Path::toString)
        .toList();
  }

  /** Processes that serve mounts here, whoever knows of them. */
  private List<String> processes() {
    return ProcessHandle.allProcesses()
        .map(each -> each.info().commandLine().orElse(""))
        .filter(line -> line.contains(" mount ") && line.contains(mounts.toString()))
        .toList();
  }

  private Answer mount(String members) throws Exception {
    return server.http().post("/mounts", "{" + members + "}").expect(201);
  }

  private JsonNode onlyMount() throws Exception {
    JsonNode list = server.http().get("/mounts").expect(200).body().path("mounts");
    assertThat(list.size()).as("%s", list).isEqualTo(1);
    return list.get(0);
  }

  private static Path raw(Answer mounted) {
    return Path.of(mounted.text("path")).resolve("disk0.raw");
  }

  private static byte[] read(Path file, int offset, int length) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
      byte[] bytes = new byte[length];
      open.seek(offset);
      open.readFully(bytes);
      return bytes;
    }
  }

  private CompletableFuture<byte[]> reading(Path file, int offset, int length) {
    return CompletableFuture.supplyAsync(() -> {
      try {
        return read(file, offset, length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  private byte[] expected(int offset, int length) {
    return Arrays.copyOfRange(content, offset, offset + length);
  }

  private Secret token(String members) throws Exception {
    Answer made = server.http().post("/tokens", "{\"name\":\"test\"," + members + "}").expect(201);
    return Secret.of(made.text("secret"));
  }

  /** A server that is stopped cannot bury its children, which are dead nevertheless. */
  private static boolean isAlive(JsonNode mount) throws IOException {
    return ProcessIdentity.of(mount.path("process").asLong()).isPresent();
  }

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
  void refusesWhatMakesNoSense() throws Exception {
    List<String> wishes =
        List.of(
            "\"vm\":\"web\",\"directory\":\"../web\"",
            "\"vm\":\"web\",\"directory\":\"a/b\"",
            "\"vm\":\"web\",\"directory\":\".\"",
            "\"vm\":\"web\",\"directory\":\"..\"",
            "\"vm\":\"web\",\"directory\":\"\"",
            "\"vm\":\"web\",\"directory\":\"-f\"",
            "\"vm\":\"web\",\"directory\":\"a\\u0000b\"",
            "\"vm\":\"web\",\"directory\":7",
            "\"vm\":\"web\",\"path\":\"/mnt\"",
            "\"vm\":\"web\",\"all\":true",
            "\"all\":true,\"writable\":{}",
            "\"vm\":\"web\",\"writable\":{\"overlay\":\"../x\"}",
            "\"vm\":\"web\",\"writable\":{\"overlay\":\"--debug\"}",
            "\"vm\":\"web\",\"writable\":{\"face\":\"qcow2\"}",
            "\"vm\":\"web\",\"writable\":{\"limit\":\"much\"}",
            "\"vm\":\"web\",\"writable\":{\"blockSize\":\"3M\"}",
            "\"vm\":\"web\",\"faces\":\"qcow2\"",
            "\"vm\":\"web\",\"faces\":[7]",
            "\"vm\":\"web\",\"faces\":[\"qcow2,raw\"]",
            "\"vm\":\"web\",\"faces\":[\"vdi\"]",
            "\"vm\":\"web\",\"blockSize\":\"3M\"",
            "\"vm\":\"web\",\"newIdentity\":\"yes\"",
            "\"vm\":\"web\",\"faces\":[\"raw\"],\"writable\":{}",
            "\"vm\":\"web\",\"newIdentity\":true,\"writable\":{}",
            "\"vm\":\"web\",\"owner\":64055",
            "\"vm\":\"web\",\"owner\":\"64055\"",
            "\"vm\":\"web\",\"owner\":\"no-such-user\"",
            "\"vm\":\"web\",\"owner\":\"--debug\"",
            "\"vm\":\"web\",\"owner\":\"a b:c\"",
            "\"vm\":\"web\",\"mode\":640",
            "\"vm\":\"web\",\"mode\":\"755\"",
            "\"vm\":\"web\",\"mode\":\"4600\"",
            "\"vm\":\"web\",\"mode\":\"rw\"",
            "\"vm\":\"web\",\"writable\":{\"owner\":\"root\"}",
            "\"restorePoint\":\"web\"",
            "");
    for (String wish : wishes) {
      server.http().post("/mounts", "{" + wish + "}").expect(400);
    }
    assertThat(mountPoints()).isEmpty();
    assertThat(processes()).isEmpty();
  }

  @Test
  void showsTheFormatsThatAreAskedFor() throws Exception {
    Answer usual = mount("\"vm\":\"web\",\"directory\":\"usual\"");
    Answer other =
        mount(
            "\"vm\":\"web\",\"directory\":\"other\",\"faces\":[\"qcow2\",\"vhdx\"],"
                + "\"blockSize\":\"16M\",\"newIdentity\":true");
    assertThat(names(usual)).containsExactly("disk0.raw", "disk0.vhdx", "restore-point.json");
    assertThat(names(other)).containsExactly("disk0.qcow2", "disk0.vhdx", "restore-point.json");
    try (VhdxChain original = VhdxChain.open(vhdx(usual), List.of());
        VhdxChain clone = VhdxChain.open(vhdx(other), List.of())) {
      assertThat(clone.leaf().blockBytes()).isEqualTo(16L * MIB);
      assertThat(clone.disk().id()).isNotEqualTo(original.disk().id());
    }
    server.http().delete("/mounts/" + usual.text("id")).expect(204);
    server.http().delete("/mounts/" + other.text("id")).expect(204);

    String refused =
        server
            .http()
            .post("/mounts", "{\"vm\":\"web\",\"faces\":[\"vdi\"]}")
            .expect(400)
            .text("detail");
    assertThat(refused).contains("no format \"vdi\"", "qcow2");
  }

  private static Path vhdx(Answer mounted) {
    return Path.of(mounted.text("path")).resolve("disk0.vhdx");
  }

  private static List<String> names(Answer mounted) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(mounted.text("path")))) {
      return files.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void saysWhyItCannotMount() throws Exception {
    server.http().post("/mounts", "{\"vm\":\"none\"}").expect(404);
    Files.createDirectories(mounts.resolve("full/of"));
    Files.createFile(mounts.resolve("file"));
    Files.createSymbolicLink(mounts.resolve("link"), directory);
    assertThat(refusal("full")).contains("is not empty");
    assertThat(refusal("file")).contains("no directory");
    assertThat(refusal("link")).contains("no directory");
    assertThat(mounts.resolve("full/of")).exists();

    Answer mounted = mount("\"vm\":\"web\",\"directory\":\"web\"");
    assertThat(refusal("web")).contains("in use by mount " + mounted.text("id"));
    server.http().delete("/mounts/" + mounted.text("id")).expect(204);
  }

  private String refusal(String name) throws Exception {
    return server
        .http()
        .post("/mounts", "{\"vm\":\"web\",\"directory\":\"" + name + "\"}")
        .expect(409)
        .text("detail");
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
  void givesNoTokenMoreThanItMayRead() throws Exception {
    server.cli().run("backup", "--vm", "db", disk).expect(ExitCode.OK);
    String web =
        Stream.of(server.http().get("/vms").body().path("vms"))
            .flatMap(list -> Stream.of(list.get(0), list.get(1)))
            .filter(vm -> vm.path("name").asString().equals("web"))
            .findFirst()
            .orElseThrow()
            .path("id")
            .asString();
    AdminHttp scoped = server.http(token("\"role\":\"restore\",\"vms\":[\"" + web + "\"]"));
    AdminHttp restore = server.http(token("\"role\":\"restore\""));
    AdminHttp operator = server.http(token("\"role\":\"operator\""));
    AdminHttp backup = server.http(token("\"role\":\"backup\""));

    for (AdminHttp nobody : List.of(operator, backup)) {
      nobody.post("/mounts", "{\"vm\":\"web\"}").expect(403);
    }
    backup.get("/mounts").expect(403);
    backup.get("/overlays").expect(403);
    scoped.post("/mounts", "{\"vm\":\"db\"}").expect(404);
    scoped.post("/mounts", "{\"all\":true}").expect(403);

    Answer mine = scoped.post("/mounts", "{\"vm\":\"web\"}").expect(201);
    Answer others = restore.post("/mounts", "{\"vm\":\"db\"}").expect(201);
    Answer all = restore.post("/mounts", "{\"all\":true}").expect(201);
    assertThat(Path.of(all.text("path"))).isDirectoryContaining(each -> true);
    Path byHand = Files.createDirectory(directory.toRealPath().resolve("by-hand"));
    Process command = server.onItsHost().process("mount", "web", byHand, "--json").start();
    assertThat(command.inputReader(StandardCharsets.UTF_8).readLine()).contains("mounted");

    assertThat(ids(scoped)).hasSize(2).contains(mine.text("id"));
    assertThat(ids(restore)).hasSize(4);
    assertThat(ids(operator)).hasSize(4);
    scoped.delete("/mounts/" + others.text("id")).expect(404);
    scoped.delete("/mounts/" + all.text("id")).expect(404);
    operator.delete("/mounts/" + others.text("id")).expect(403);
    String commands =
        ids(scoped).stream().filter(id -> !id.equals(mine.text("id"))).findFirst().orElseThrow();
    scoped.delete("/mounts/" + commands).expect(403);
    restore.delete("/mounts/" + commands).expect(403);
    server.http().delete("/mounts/" + commands).expect(204);
    assertThat(byHand).isEmptyDirectory();
    assertThat(command.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    scoped.delete("/mounts/" + mine.text("id")).expect(204);
    restore.delete("/mounts/" + others.text("id")).expect(204);
    restore.delete("/mounts/" + all.text("id")).expect(204);
  }

  @Test
  void letsTheUsersInWhomAnAdminNamesAndNobodyElse() throws Exception {
    assumeThat(System.getProperty("user.name"))
        .as("only root can be other users too, so who may look inside is NOT tested")
        .isEqualTo("root");
    // They have to get as far as the mount point.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    AdminHttp restore = server.http(token("\"role\":\"restore\""));
    for (String wish :
        List.of("\"owner\":\"64055:64057\"", "\"mode\":\"444\"", "\"owner\":\"root\"")) {
      String refused =
          restore.post("/mounts", "{\"vm\":\"web\"," + wish + "}").expect(403).text("detail");
      assertThat(refused).contains("role restore", "admin");
    }
    assertThat(ids(server.http())).isEmpty();

    Answer own = restore.post("/mounts", "{\"vm\":\"web\",\"directory\":\"own\"}").expect(201);
    Answer given =
        mount("\"vm\":\"web\",\"directory\":\"given\",\"owner\":\"64055:64057\",\"mode\":\"440\"");
    assertThat(bytesRead("64055:1", own)).isZero();
    assertThat(bytesRead("64055:1", given)).isEqualTo(DISK_BYTES);
    assertThat(bytesRead("1:64057", given)).isEqualTo(DISK_BYTES);
    assertThat(bytesRead("1:1", given)).isZero();
    server.http().delete("/mounts/" + own.text("id")).expect(204);
    server.http().delete("/mounts/" + given.text("id")).expect(204);

    String port = String.valueOf(server.adminPort());
    Cli.Outcome byCommand =
        server
            .cli()
            .run(
                "mount",
                "web",
                "hypervisor",
                "--on-server",
                "--admin-port",
                port,
                "--owner",
                "nobody:64057",
                "--face",
                "raw",
                "--json")
            .expect(ExitCode.OK);
    Path shown = Path.of(byCommand.member("path"));
    assertThat(Files.getAttribute(shown.resolve("disk0.raw"), "unix:uid")).isEqualTo(65_534);
    assertThat(Files.getAttribute(shown.resolve("disk0.raw"), "unix:gid")).isEqualTo(64_057);
    assertThat(shown.resolve("disk0.vhdx")).doesNotExist();
    server
        .cli()
        .run("unmount", "hypervisor", "--on-server", "--admin-port", port)
        .expect(ExitCode.OK);
  }

  /** How much of a mounted disk a user of the host gets to see. */
  private static long bytesRead(String user, Answer mounted) throws Exception {
    String[] ids = user.split(":", 2);
    Process reader =
        new ProcessBuilder(
                "setpriv",
                "--reuid=" + ids[0],
                "--regid=" + ids[1],
                "--clear-groups",
                "cat",
                raw(mounted).toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    long bytes = reader.getInputStream().transferTo(OutputStream.nullOutputStream());
    reader.waitFor();
    return bytes;
  }

  private static List<String> ids(AdminHttp http) throws Exception {
    List<String> ids = new ArrayList<>();
    for (JsonNode each : http.get("/mounts").expect(200).body().path("mounts")) {
      ids.add(each.path("id").asString());
    }
    return ids;
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
  void isBegunAndEndedByCommands() throws Exception {
    Cli cli = server.cli();
    String port = String.valueOf(server.adminPort());
    Cli.Outcome mounted =
        cli.run("mount", "web", "copy", "--on-server", "--admin-port", port, "--writable", "--json")
            .expect(ExitCode.OK);
    assertThat(mounted.member("path")).isEqualTo(mounts.resolve("copy").toString());
    assertThat(cli.run("mounts", "--on-server", "--admin-port", port).expect(ExitCode.OK).out())
        .contains(mounted.member("path"), "live", "token test", mounted.member("overlay"));
    cli.run("mount", "web", "copy", "--on-server", "--admin-port", port).expect(ExitCode.REFUSED);
    assertThat(
            cli.run("mount", "web", "--on-server", "--overlays", directory)
                .expect(ExitCode.USAGE)
                .err())
        .contains("--overlays is for mounts of this host");
    assertThat(
            cli.run("mount", "web", "--on-server", "--admin-port", port, "--mode", "777")
                .expect(ExitCode.FAILURE)
                .err())
        .contains("400 to 666");
    cli.run("unmount", "other", "--on-server", "--admin-port", port).expect(ExitCode.NOT_FOUND);
    cli.run("unmount", "copy", "--on-server", "--admin-port", port).expect(ExitCode.OK);
    assertThat(ids(server.http())).isEmpty();
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
