package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dozo.cli.AdminHttp.Answer;
import dozo.vhdx.read.VhdxChain;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What may be asked of a server that mounts, by whom, and what it refuses. */
class ServerMountOrderIT extends ServerMounting {

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
}
