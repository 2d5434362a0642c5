package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dozo.cli.quickstart.Comparison;
import dozo.cli.quickstart.Tool;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A VM goes in and comes out, by commands alone. */
class RoundTripIT {

  private static final int MIB = 1 << 20;

  @TempDir static Path directory;
  private static ServerProcess server;
  private static Path system;
  private static Path data;
  private static Path config;
  private static String point = "";

  @BeforeAll
  static void backUp() throws Exception {
    server = ServerProcess.create(directory);
    system = Cli.randomFile(directory.resolve("system.raw"), 9 * MIB + 512, 1);
    try (RandomAccessFile disk = new RandomAccessFile(system.toFile(), "rw")) {
      disk.setLength(3L << 30);
      disk.seek((2L << 30) + 12345);
      disk.write(new byte[] {1, 2, 3});
    }
    data = Cli.randomFile(directory.resolve("data.raw"), 5 * MIB, 2);
    config = Files.writeString(directory.resolve("web.xml"), "<domain type='kvm'/>");
    point =
        server
            .cli()
            .run(
                "backup",
                "--json",
                "--vm",
                "web",
                system,
                "data=" + data,
                "--config",
                config,
                "--attribute",
                "ticket=4711",
                "--receipt",
                directory.resolve("receipt.json"))
            .expect(ExitCode.OK)
            .member("restorePoint");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void listsAndShowsWhatWasBackedUp() {
    assertThat(server.cli().run("list").expect(ExitCode.OK).out()).contains(point).contains("web");
    assertThat(server.cli().run("list", "--vms", "--json").expect(ExitCode.OK).out())
        .contains("\"name\":\"web\"")
        .contains("\"restorePoints\":");
    assertThat(server.cli().run("show", "web").expect(ExitCode.OK).out())
        .contains("Restore point  ", "disk0", "data", "web.xml", "ticket=4711");
    assertThat(server.cli().run("show", point.substring(28), "--json").expect(ExitCode.OK).out())
        .contains("\"id\":\"" + point + "\"");
  }

  @Test
  void keepsTheReceipt() throws Exception {
    assertThat(Files.readString(directory.resolve("receipt.json")))
        .contains("\"restorePoint\":\"" + point + "\"", "\"signature\":", "\"publicKey\":");
  }

  @Test
  void restoresEveryDiskAndFileBitIdenticalAndSparse() throws Exception {
    Path target = directory.resolve("restored");
    server.cli().run("restore", point, "--to", target).expect(ExitCode.OK);
    assertThat(Files.mismatch(system, target.resolve("disk0.raw"))).isEqualTo(-1);
    assertThat(Files.mismatch(data, target.resolve("data.raw"))).isEqualTo(-1);
    assertThat(Files.mismatch(config, target.resolve("web.xml"))).isEqualTo(-1);
    assertThat(Cli.allocatedBytes(target.resolve("disk0.raw"))).isLessThan(20L * MIB);
    try (var files = Files.list(target)) {
      assertThat(files).hasSize(3);
    }
  }

  @Test
  void restoresAVhdxThatOtherToolsRead() throws Exception {
    Path vhdx = directory.resolve("system.vhdx");
    server.cli().run("restore", point, "disk0", "-o", vhdx).expect(ExitCode.OK);
    Comparison.ofVhdx(system, vhdx);
    assertThat(Cli.allocatedBytes(vhdx)).isLessThan(30L * MIB);
    Optional<Tool> qemu = Tool.find("qemu-img");
    if (qemu.isPresent()) {
      qemu.get().run(null, "check", vhdx.toString());
      qemu.get().run(null, "compare", "-f", "raw", "-F", "vhdx", system + "", vhdx + "");
    }
    Path again = directory.resolve("again.vhdx");
    server.cli().run("restore", point, "disk0", "-o", again).expect(ExitCode.OK);
    assertThat(Files.mismatch(vhdx, again)).isEqualTo(-1);
  }

  @Test
  void backsUpAVhdxAsTheDiskThatItHolds() throws Exception {
    Path vhdx = directory.resolve("data.vhdx");
    server.cli().run("restore", point, "data", "-o", vhdx).expect(ExitCode.OK);
    Cli.Outcome outcome =
        server.cli().run("backup", "--vm", "copy", "--json", vhdx).expect(ExitCode.OK);
    assertThat(outcome.member("newBytes")).isEqualTo("0");
    Path raw = directory.resolve("copy.raw");
    server.cli().run("restore", "copy", "disk0", "-o", raw).expect(ExitCode.OK);
    assertThat(Files.mismatch(data, raw)).isEqualTo(-1);
  }

  @Test
  void readsEverythingForVerification() {
    assertThat(server.cli().run("verify", "--json", point).expect(ExitCode.OK).member("readBytes"))
        .isNotEqualTo("0");
  }

  @Test
  void rootNeedsNoTokenOnTheUnixSocket() {
    Cli cli =
        new Cli(Map.of()).with("DOZO_SERVER", "unix:" + server.data().resolve("server/dozo.sock"));
    assertThat(cli.run("list").expect(ExitCode.OK).out()).contains(point);
  }

  @Test
  void endsWithZeroWhenToldToAndTheDirectoryThenOpensWithoutIt() throws Exception {
    Path other = Files.createDirectory(directory.resolve("other"));
    try (ServerProcess second = ServerProcess.create(other)) {
      second.cli().run("backup", "--vm", "web", data).expect(ExitCode.OK);
      assertThat(second.local().run("list").expect(ExitCode.LOCKED).err()).contains("What to do");
      assertThat(second.end()).isZero();
      Path raw = other.resolve("raw");
      second.local().run("restore", "web", "disk0", "-o", raw).expect(ExitCode.OK);
      assertThat(Files.mismatch(data, raw)).isEqualTo(-1);
      second.local().run("verify", "--all").expect(ExitCode.OK);
    }
  }

  @Test
  void aTokenMadeBesideTheServerIsTakenAndARevokedOneIsNot() throws Exception {
    Path token = directory.resolve("late-token");
    server
        .local()
        .run("token", "create", "--role", "restore", "-o", token, "late")
        .expect(ExitCode.OK);
    Cli late = server.cli().with("DOZO_TOKEN_FILE", token.toString());
    await().atMost(20, TimeUnit.SECONDS).until(() -> late.run("list").code() == 0);
    assertThat(late.run("backup", "--vm", "web", data).expect(ExitCode.FORBIDDEN).err())
        .contains("a token of role backup or admin may");
    assertThat(server.local().run("token", "list").expect(ExitCode.OK).out()).contains("late");
    server.local().run("token", "revoke", "late").expect(ExitCode.OK);
    await()
        .atMost(20, TimeUnit.SECONDS)
        .until(() -> late.run("list").code() == ExitCode.BAD_TOKEN.code());
  }
}
