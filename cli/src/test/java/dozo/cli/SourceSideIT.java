package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Backups that are deduplicated at the source, or decide whether they should be. */
class SourceSideIT {

  private static final int MIB = 1 << 20;
  private static final int DISK_BYTES = 64 * MIB;

  @TempDir private Path directory;
  private ServerProcess server;
  private Path disk;

  @BeforeEach
  void start() throws Exception {
    server = ServerProcess.create(Files.createDirectory(directory.resolve("server")));
    disk = Cli.randomFile(directory.resolve("disk.raw"), DISK_BYTES, 5);
    overwrite(10L * MIB, new byte[5 * MIB]);
    byte[] text = new byte[8 * MIB];
    Random random = new Random(6);
    for (int i = 0; i < text.length; i++) {
      text[i] = (byte) ('a' + random.nextInt(8));
    }
    overwrite(20L * MIB, text);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void overwrite(long offset, byte[] bytes) throws Exception {
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.seek(offset);
      file.write(bytes);
    }
  }

  private Cli.Outcome backUp(String vm, String transfer) {
    return server
        .cli()
        .run("backup", "--vm", vm, "--transfer", transfer, "--no-block-tags", "--json", disk)
        .expect(ExitCode.OK);
  }

  private static long sent(Cli.Outcome outcome) {
    return Long.parseLong(outcome.member("sentBytes"));
  }

  private void restoreAndCompare(String vm) throws Exception {
    Path target = directory.resolve("restored.raw");
    server.cli().run("restore", vm, "-o", target, "--replace").expect(ExitCode.OK);
    assertThat(Files.mismatch(disk, target)).isEqualTo(-1);
  }

  @Test
  void sendsNothingAgainAndMakesTheSameRestorePoint() throws Exception {
    Cli.Outcome first = backUp("web", "source");
    assertThat(first.member("transfer")).isEqualTo("source");
    assertThat(sent(first)).isBetween(51L * MIB, 57L * MIB);
    Cli.Outcome streamed = backUp("web", "stream");
    assertThat(streamed.member("transfer")).isEqualTo("stream");
    assertThat(streamed.member("newBytes")).isEqualTo("0");
    Cli.Outcome again = backUp("web", "source");
    assertThat(again.member("newBytes")).isEqualTo("0");
    assertThat(sent(again)).isLessThan(MIB / 4);
    Cli.Outcome clone = backUp("clone", "source");
    assertThat(clone.member("newBytes")).isEqualTo("0");
    assertThat(sent(clone)).isLessThan(MIB / 2);
    restoreAndCompare("web");
    restoreAndCompare("clone");
    server.cli().run("verify", "--all").expect(ExitCode.OK);
  }

  @Test
  void sendsWhatChanged() throws Exception {
    backUp("web", "stream");
    byte[] change = new byte[3 * MIB];
    new Random(9).nextBytes(change);
    overwrite(30L * MIB + 777, change);
    assertThat(sent(backUp("web", "source"))).isBetween(3L * MIB, 4L * MIB);
    restoreAndCompare("web");
  }

  @Test
  void choosesByWhatTheServerKnows() throws Exception {
    assertThat(backUp("web", "auto").member("transfer")).isEqualTo("stream");
    restoreAndCompare("web");
    Cli.Outcome again = backUp("web", "auto");
    assertThat(again.member("transfer")).isEqualTo("source");
    assertThat(sent(again)).isLessThan(MIB / 4);
    restoreAndCompare("web");
  }

  /**
   * Their streams share a session's credit, so that each has less than chunks are sent together.
   */
  @Test
  void sendsManyDisksAtOnce() throws Exception {
    List<Object> arguments =
        new ArrayList<>(List.of("backup", "--vm", "many", "--transfer", "source", "--json"));
    for (int i = 0; i < 160; i++) {
      arguments.add(Cli.randomFile(directory.resolve("disk" + i + ".raw"), MIB + 4096, i));
    }
    Cli.Outcome outcome = server.cli().run(arguments.toArray()).expect(ExitCode.OK);
    assertThat(sent(outcome)).isGreaterThan(160L * MIB);
    server.cli().run("verify", "--all").expect(ExitCode.OK);
  }

  @Test
  void changesTheWayWhereTheServerKnowsNoMore() throws Exception {
    backUp("web", "source");
    byte[] added = new byte[96 * MIB];
    new Random(11).nextBytes(added);
    overwrite(Files.size(disk), added);
    Cli.Outcome grown = backUp("web", "auto");
    assertThat(grown.member("transfer")).isEqualTo("stream+source");
    assertThat(sent(grown)).isBetween(96L * MIB, 102L * MIB);
    restoreAndCompare("web");
  }

  @Test
  void provesNothingWhereSendingItCostsLess() throws Exception {
    backUp("web", "stream");
    Cli.Outcome clone = backUp("clone", "auto");
    assertThat(clone.member("transfer")).isEqualTo("stream");
    assertThat(clone.member("newBytes")).isEqualTo("0");
    restoreAndCompare("clone");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20, 40})
  void goesOnWhereItWasAfterALostConnection(int afterMib) throws Exception {
    try (CuttingProxy proxy = CuttingProxy.cuttingAfter(server.port(), (long) afterMib * MIB)) {
      Cli.Outcome outcome =
          server
              .cliThrough(proxy.port())
              .run("backup", "--json", "--vm", "web", "--transfer", "source", disk)
              .expect(ExitCode.OK);
      assertThat(outcome.member("retries")).isEqualTo("1");
      assertThat(proxy.connections()).isEqualTo(2);
    }
    restoreAndCompare("web");
    assertThat(backUp("web", "stream").member("newBytes")).isEqualTo("0");
  }

  @Test
  void sendsChangesToldAgainstABaseAsTheyAre() throws Exception {
    String base = backUp("web", "source").member("restorePoint");
    overwrite(50L * MIB, new byte[] {1, 2, 3, 4});
    Path changes = directory.resolve("changes.txt");
    Files.writeString(changes, 50L * MIB + " 4096\n");
    Cli.Outcome outcome =
        server
            .cli()
            .run(
                "backup",
                "--vm",
                "web",
                "--transfer",
                "source",
                "--json",
                disk,
                "--base",
                base,
                "--changes",
                changes)
            .expect(ExitCode.OK);
    assertThat(outcome.member("transfer")).isEqualTo("stream");
    assertThat(sent(outcome)).isEqualTo(4096);
    restoreAndCompare("web");
  }
}
