package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dozo.cli.quickstart.Tool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each thing that goes wrong has its exit code and one message, and harms nothing. */
class FailuresIT {

  private static final int MIB = 1 << 20;

  @TempDir static Path directory;
  private static ServerProcess server;
  private static Path disk;

  @BeforeAll
  static void start() throws Exception {
    server = ServerProcess.create(directory);
    disk = Cli.randomFile(directory.resolve("disk.raw"), 2 * MIB, 1);
    server.cli().run("backup", "--vm", "web", disk).expect(ExitCode.OK);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void assertOneMessage(Cli.Outcome outcome, String... words) {
    assertThat(outcome.err()).contains(words).doesNotContain("\tat ", "Exception");
    assertThat(outcome.err().lines()).as("lines of the message").hasSize(1);
  }

  @Test
  void wrongFingerprint() {
    Cli cli = server.cli().with("DOZO_FINGERPRINT", "ab".repeat(32));
    assertOneMessage(cli.run("list").expect(ExitCode.WRONG_FINGERPRINT), "certificate", "abab");
  }

  @Test
  void badToken() throws Exception {
    Path token = Files.writeString(directory.resolve("bad"), "dozo_" + "A".repeat(64) + "\n");
    Cli cli = server.cli().with("DOZO_TOKEN_FILE", token.toString());
    assertOneMessage(cli.run("list").expect(ExitCode.BAD_TOKEN), "token");
  }

  @Test
  void noServer() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Cli cli = server.cli().with("DOZO_SERVER", "127.0.0.1:" + port);
    assertOneMessage(cli.run("list").expect(ExitCode.UNREACHABLE), "127.0.0.1:" + port);
  }

  @Test
  void wrongPassphrase() throws Exception {
    Path repository = directory.resolve("with-passphrase");
    Cli cli = new Cli(Map.of("DOZO_REPOSITORY", repository.toString()));
    cli.with("DOZO_PASSPHRASE", "right").run("init").expect(ExitCode.OK);
    assertOneMessage(
        cli.with("DOZO_PASSPHRASE", "wrong").run("list").expect(ExitCode.WRONG_SECRET),
        "passphrase");
    cli.with("DOZO_PASSPHRASE", "right").run("list").expect(ExitCode.OK);
    // Changed, so that only the new one opens.
    cli.with("DOZO_PASSPHRASE", "right")
        .with("DOZO_NEW_PASSPHRASE", "new")
        .run("key", "passwd")
        .expect(ExitCode.OK);
    cli.with("DOZO_PASSPHRASE", "right").run("list").expect(ExitCode.WRONG_SECRET);
    cli.with("DOZO_PASSPHRASE", "new").run("key", "list").expect(ExitCode.OK);
  }

  @Test
  void wrongKeyFile() throws Exception {
    Path other = Files.writeString(directory.resolve("other-key"), "not the key ".repeat(9));
    Cli cli = server.local().with("DOZO_KEY_FILE", other.toString());
    assertOneMessage(cli.run("token", "list").expect(ExitCode.WRONG_SECRET), "key file");
  }

  @Test
  void noRepository() {
    Cli cli = server.local().with("DOZO_REPOSITORY", directory.resolve("nowhere").toString());
    assertOneMessage(cli.run("list").expect(ExitCode.NO_REPOSITORY), "nowhere");
  }

  @Test
  void foreignDirectory() throws Exception {
    Path foreign = Files.createDirectory(directory.resolve("foreign"));
    Path file = Files.writeString(foreign.resolve("precious.txt"), "mine");
    Cli cli = server.local().with("DOZO_REPOSITORY", foreign.toString());
    assertOneMessage(cli.run("init").expect(ExitCode.FOREIGN_DIRECTORY), "precious.txt");
    assertThat(file).hasContent("mine");
    try (var entries = Files.list(foreign)) {
      assertThat(entries).containsExactly(file);
    }
    Files.writeString(foreign.resolve("repository.dozo"), "something else entirely ".repeat(20));
    assertOneMessage(cli.run("list").expect(ExitCode.FOREIGN_DIRECTORY), "repository.dozo");
  }

  @Test
  void repositoryOfANewerFormat() throws Exception {
    Path repository = directory.resolve("newer");
    Cli cli = server.local().with("DOZO_REPOSITORY", repository.toString());
    cli.run("init").expect(ExitCode.OK);
    Path identity = repository.resolve("repository.dozo");
    byte[] bytes = Files.readAllBytes(identity);
    bytes[8] = 2;
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length - 8);
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(bytes.length - 8, (int) crc.getValue());
    Files.write(identity, bytes);
    assertOneMessage(cli.run("list").expect(ExitCode.FORMAT_TOO_NEW), "version");
    assertThat(Files.readAllBytes(identity)).isEqualTo(bytes);
  }

  @Test
  void repositoryInUse() {
    assertOneMessage(server.local().run("key", "list").expect(ExitCode.LOCKED), "What to do");
  }

  @Test
  void addressInUse() throws Exception {
    Path other = Files.createDirectory(directory.resolve("second"));
    Cli cli = server.local().with("DOZO_REPOSITORY", other.resolve("repository").toString());
    cli.run("init").expect(ExitCode.OK);
    assertOneMessage(
        cli.run(
                "server",
                "--data",
                other,
                "--listen",
                "127.0.0.1:" + server.port(),
                "--admin",
                "off",
                "-q")
            .expect(ExitCode.ADDRESS_IN_USE),
        String.valueOf(server.port()));
  }

  @Test
  void unreadableSource() {
    assertOneMessage(
        server.cli().run("backup", "--vm", "x", "/no/such/disk").expect(ExitCode.SOURCE_UNREADABLE),
        "/no/such/disk");
    assertOneMessage(
        server.cli().run("backup", "--vm", "x", directory).expect(ExitCode.SOURCE_UNREADABLE),
        "directory");
    assertThat(server.cli().run("list", "x").out()).doesNotContain(" x ");
  }

  @Test
  void sourceThatChanges() throws Exception {
    Path moving = Cli.randomFile(directory.resolve("moving.raw"), 8 * MIB, 7);
    Runnable change =
        () -> {
          try (RandomAccessFile file = new RandomAccessFile(moving.toFile(), "rw")) {
            file.setLength(9 * MIB);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    // The cut comes in the middle, and the backup cannot end before it.
    try (CuttingProxy proxy = CuttingProxy.cuttingAfter(server.port(), 4 * MIB, change)) {
      Cli.Outcome outcome =
          server.cliThrough(proxy.port()).run("backup", "--vm", "moving", moving, "-q");
      outcome.expect(ExitCode.SOURCE_CHANGED);
      assertThat(outcome.err()).contains("changed its size", "moving.raw");
    }
    assertThat(server.cli().run("list", "moving").expect(ExitCode.OK).out())
        .doesNotContain("moving");
  }

  @Test
  void noSuchRestorePoint() {
    assertOneMessage(server.cli().run("show", "nobody").expect(ExitCode.NOT_FOUND), "nobody");
    assertOneMessage(
        server.cli().run("restore", "web", "disk9", "--to", directory).expect(ExitCode.NOT_FOUND),
        "disk9");
  }

  @Test
  void targetThatIsThereAlready() throws Exception {
    Path there = Files.writeString(directory.resolve("there.raw"), "mine");
    assertOneMessage(
        server.cli().run("restore", "web", "-o", there).expect(ExitCode.FAILURE), "there.raw");
    assertThat(there).hasContent("mine");
    server.cli().run("restore", "web", "-o", there, "--replace").expect(ExitCode.OK);
    assertThat(Files.mismatch(disk, there)).isEqualTo(-1);
  }

  @Test
  void fullDisk() throws Exception {
    Path small = Files.createDirectory(directory.resolve("small"));
    assumeTrue(mountTmpfs(small, "24m"), "needs root: no full disk was tested");
    try (ServerProcess full = ServerProcess.create(small)) {
      full.cli().run("backup", "--vm", "before", disk).expect(ExitCode.OK);
      Path big = Cli.randomFile(directory.resolve("big.raw"), 40 * MIB, 9);
      Cli.Outcome outcome = full.cli().run("backup", "--vm", "big", big, "-q");
      assertOneMessage(outcome.expect(ExitCode.NO_SPACE), "full", "What to do");
      Path target = directory.resolve("before.raw");
      full.cli().run("restore", "before", "-o", target).expect(ExitCode.OK);
      assertThat(Files.mismatch(disk, target)).isEqualTo(-1);
      assertThat(full.cli().run("list").out()).contains("before").doesNotContain("big");
    } finally {
      Tool.require("umount", "mount").run(null, small.toString());
    }
  }

  private static boolean mountTmpfs(Path place, String size) {
    try {
      Tool.require("mount", "mount")
          .run(null, "-t", "tmpfs", "-o", "size=" + size, "tmpfs", place.toString());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void damagedPack() throws Exception {
    Path other = Files.createDirectory(directory.resolve("damaged"));
    try (ServerProcess second = ServerProcess.create(other)) {
      second.cli().run("backup", "--vm", "web", disk).expect(ExitCode.OK);
      assertThat(second.end()).isZero();
      flipAByteOfEachPack(second.data().resolve("repository/packs"));
      assertThat(second.local().run("verify", "--all").expect(ExitCode.DAMAGED).out())
          .contains("DAMAGED");
      second.local().run("restore", "web", "-o", other.resolve("out.raw")).expect(ExitCode.DAMAGED);
      assertThat(other.resolve("out.raw")).doesNotExist();
    }
  }

  private static void flipAByteOfEachPack(Path packs) throws Exception {
    try (var files = Files.walk(packs)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".pack")).toList()) {
        if (Files.size(file) > MIB) {
          try (RandomAccessFile pack = new RandomAccessFile(file.toFile(), "rw")) {
            pack.seek(MIB / 2);
            int value = pack.read();
            pack.seek(MIB / 2);
            pack.write(value ^ 1);
          }
        }
      }
    }
  }
}
