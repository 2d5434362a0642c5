package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that are cut, servers that are killed, and commands that are. */
class LostServerIT {

  private static final int MIB = 1 << 20;
  private static final int DISK_BYTES = 48 * MIB;

  @TempDir Path directory;
  private ServerProcess server;
  private Path disk;

  @BeforeEach
  void start() throws Exception {
    server = ServerProcess.create(directory);
    disk = Cli.randomFile(directory.resolve("disk.raw"), DISK_BYTES, 5);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aCutConnectionIsResumedWhereItWas() throws Exception {
    try (CuttingProxy proxy = CuttingProxy.cuttingAfter(server.port(), 20 * MIB)) {
      Cli.Outcome outcome =
          server.cliThrough(proxy.port()).run("backup", "--json", "--vm", "web", disk);
      outcome.expect(ExitCode.OK);
      assertThat(outcome.member("retries")).isEqualTo("1");
      assertThat(proxy.connections()).isEqualTo(2);
      // What had arrived is not sent again; only what was under way may be, a window at the most.
      assertThat(proxy.bytesFromClients()).isLessThan(DISK_BYTES + 8L * MIB);
      assertThat(Long.parseLong(outcome.member("sentBytes"))).isLessThan(DISK_BYTES + 34L * MIB);
      assertThat(outcome.err()).contains("Trying again");
    }
    restoreAndCompare();
    assertThat(server.cli().run("list", "--json").out().split("\"domain\"", -1)).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 30})
  void aKilledServerKeepsWhatWasCommittedAndNothingElse(int afterMib) throws Exception {
    server.cli().run("backup", "--vm", "earlier", firstPart()).expect(ExitCode.OK);
    try (CuttingProxy proxy = CuttingProxy.stallingAfter(server.port(), (long) afterMib * MIB)) {
      CompletableFuture<Cli.Outcome> backup =
          CompletableFuture.supplyAsync(() ->
              server
                  .cliThrough(proxy.port())
                  .run("backup", "--vm", "web", disk, "--retries", "0", "-q"));
      proxy.awaitStall();
      server.kill();
      proxy.shutDown();
      backup.get(2, TimeUnit.MINUTES).expect(ExitCode.UNREACHABLE);
    }
    server = server.restart();
    assertThat(server.cli().run("list").expect(ExitCode.OK).out())
        .contains("earlier")
        .doesNotContain(" web ");
    assertThat(server.cli().run("backup", "--vm", "web", disk, "--json").expect(ExitCode.OK).out())
        .contains("\"restorePoint\"");
    restoreAndCompare();
    server.cli().run("verify", "--all").expect(ExitCode.OK);
  }

  @Test
  void aBackupOutlivesTheDeathOfItsServer() throws Exception {
    Path out = directory.resolve("backup.out");
    Path err = directory.resolve("backup.err");
    try (CuttingProxy proxy = CuttingProxy.stallingAfter(server.port(), 16L * MIB)) {
      Process backup =
          server
              .cliThrough(proxy.port())
              .process("backup", "--json", "--vm", "web", disk)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      try {
        proxy.awaitStall();
        server.kill();
        server = server.restart();
        assertThat(backup.waitFor(2, TimeUnit.MINUTES)).as("ended in time").isTrue();
        Cli.Outcome outcome =
            new Cli.Outcome(backup.exitValue(), Files.readString(out), Files.readString(err));
        outcome.expect(ExitCode.OK);
        assertThat(Integer.parseInt(outcome.member("retries"))).isPositive();
      } finally {
        backup.destroyForcibly();
      }
    }
    restoreAndCompare();
  }

  @Test
  void aServerThatIsToldToEndLetsABackupEndFirst() throws Exception {
    assertThat(server.end()).isZero();
    server = server.restart("--drain", "600");
    try (CuttingProxy proxy = CuttingProxy.stallingAfter(server.port(), 16L * MIB)) {
      CompletableFuture<Cli.Outcome> backup =
          CompletableFuture.supplyAsync(() ->
              server
                  .cliThrough(proxy.port())
                  .run("backup", "--json", "--vm", "web", disk, "--retries", "0"));
      proxy.awaitStall();
      server.signal("TERM");
      await()
          .atMost(2, TimeUnit.MINUTES)
          .untilAsserted(() -> assertThat(server.logged()).contains("Draining for=PT10M"));
      await()
          .atMost(2, TimeUnit.MINUTES)
          .untilAsserted(() -> server.cli().run("list").expect(ExitCode.UNREACHABLE));
      assertThat(backup).isNotDone();
      proxy.goOn();
      backup.get(2, TimeUnit.MINUTES).expect(ExitCode.OK);
      assertThat(server.end()).isZero();
      assertThat(server.logged()).doesNotContain("cut off");
    }
    server = server.restart();
    restoreAndCompare();
  }

  @Test
  void ctrlCEndsABackupAndLeavesNothingBehind() throws Exception {
    try (CuttingProxy proxy = CuttingProxy.stallingAfter(server.port(), 16L * MIB)) {
      Process backup =
          server.cliThrough(proxy.port()).process("backup", "--vm", "web", disk).start();
      proxy.awaitStall();
      interrupt(backup);
      assertThat(backup.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(backup.exitValue()).isEqualTo(ExitCode.INTERRUPTED.code());
    }
    assertThat(server.cli().run("list").expect(ExitCode.OK).out()).doesNotContain(" web ");
  }

  @Test
  void ctrlCEndsARestoreAndTheNextGoesOnWithIt() throws Exception {
    server.cli().run("backup", "--vm", "web", disk).expect(ExitCode.OK);
    Path target = directory.resolve("out.raw");
    Path part = directory.resolve("out.raw.dozo-part");
    Path said = directory.resolve("restore.out");
    try (CuttingProxy proxy = CuttingProxy.stallingAnswersAfter(server.port(), 30L * MIB)) {
      Process restore =
          server
              .cliThrough(proxy.port())
              .process("restore", "web", "-o", target)
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      try {
        proxy.awaitStall();
        // The first three windows are 24 MiB; more than that means that the first is done with.
        await()
            .atMost(30, TimeUnit.SECONDS)
            .until(() -> Files.exists(part) && Cli.allocatedBytes(part) > 25L * MIB);
        interrupt(restore);
        assertThat(restore.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(restore.exitValue()).isEqualTo(ExitCode.INTERRUPTED.code());
      } finally {
        restore.destroyForcibly();
      }
    }
    assertThat(said).content().contains("goes on with", "Interrupted");
    assertThat(target).doesNotExist();
    assertThat(part).exists();
    Cli.Outcome outcome =
        server.cli().run("restore", "web", "-o", target, "--json").expect(ExitCode.OK);
    assertThat(Long.parseLong(outcome.member("fetchedBytes"))).isLessThan(DISK_BYTES);
    assertThat(Files.mismatch(disk, target)).isEqualTo(-1);
    assertThat(part).doesNotExist();
    assertThat(directory.resolve("out.raw.dozo-journal")).doesNotExist();
  }

  @Test
  void leavesNoTemporaryFilesHoweverItEnds() throws Exception {
    server.cli().run("backup", "--vm", "web", disk).expect(ExitCode.OK);
    server.kill();
    assertThat(server.temporaryFiles()).isEmpty();
    server = server.restart();
    assertThat(server.end()).isZero();
    assertThat(server.temporaryFiles()).isEmpty();
  }

  private Path firstPart() throws Exception {
    byte[] bytes = Files.readAllBytes(disk);
    return Files.write(directory.resolve("part.raw"), Arrays.copyOf(bytes, 10 * MIB));
  }

  private void restoreAndCompare() throws Exception {
    Path target = directory.resolve("restored.raw");
    server.cli().run("restore", "web", "-o", target).expect(ExitCode.OK);
    assertThat(Files.mismatch(disk, target)).isEqualTo(-1);
  }

  private static void interrupt(Process process) throws Exception {
    int sent =
        new ProcessBuilder(List.of("kill", "-INT", String.valueOf(process.pid())))
            .start()
            .waitFor();
    assertThat(sent).isZero();
  }
}
