package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups of which only the changed blocks are sent. */
class ChangedBlocksIT {

  private static final int MIB = 1 << 20;

  @TempDir private Path directory;
  private ServerProcess server;
  private Path disk;
  private Path changes;
  private String base;

  @BeforeEach
  void backUpBase() throws Exception {
    server = ServerProcess.create(Files.createDirectory(directory.resolve("server")));
    disk = Cli.randomFile(directory.resolve("disk.raw"), 32 * MIB, 5);
    changes = directory.resolve("changes.txt");
    base =
        server
            .cli()
            .run("backup", "--vm", "web", disk, "--json")
            .expect(ExitCode.OK)
            .member("restorePoint");
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private void overwrite(long offset, int length) throws Exception {
    byte[] bytes = new byte[length];
    new Random(offset).nextBytes(bytes);
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.seek(offset);
      file.write(bytes);
    }
  }

  private Cli.Outcome backUpChanges(String from) {
    return server
        .cli()
        .run("backup", "--vm", "web", disk, "--base", from, "--changes", changes, "--json");
  }

  private void restoreAndCompare() throws Exception {
    Path target = directory.resolve("restored.raw");
    server.cli().run("restore", "web", "-o", target, "--replace").expect(ExitCode.OK);
    assertThat(Files.mismatch(disk, target)).isEqualTo(-1);
  }

  @Test
  void sendsWhatChanged() throws Exception {
    overwrite(3 * MIB + 4096, 8192);
    overwrite(20L * MIB, 100_000);
    Files.writeString(changes, 3 * MIB + 4096 + " 8192\n" + 20 * MIB + " 100000\n");
    Cli.Outcome outcome = backUpChanges(base).expect(ExitCode.OK);
    assertThat(Long.parseLong(outcome.member("sentBytes"))).isEqualTo(108_192);
    assertThat(Long.parseLong(outcome.member("newBytes"))).isBetween(108_192L, 700_000L);
    restoreAndCompare();
  }

  @Test
  void readsTheWholeDiskWhereTheBaseIsNotThere() throws Exception {
    overwrite(9 * MIB, 4096);
    Files.writeString(changes, 9 * MIB + " 4096\n");
    Cli.Outcome outcome = backUpChanges("0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b").expect(ExitCode.OK);
    assertThat(outcome.err()).contains("is read whole", "no such restore point");
    // Everything is read, and named; what the server has is not sent again.
    assertThat(outcome.member("transfer")).isEqualTo("source");
    assertThat(server.cli().run("show", "web", "--json").out()).contains("whole.disk0");
    restoreAndCompare();
  }

  @Test
  void failsWhereChangesWereNotTold() throws Exception {
    overwrite(0, 32 * MIB);
    Files.writeString(changes, "0 4096\n");
    Cli.Outcome outcome = backUpChanges(base).expect(ExitCode.WRONG_CHANGES);
    assertThat(outcome.err()).contains("differs from the base", "back the VM up in full");
    assertThat(server.cli().run("list", "web", "--json").expect(ExitCode.OK).out())
        .containsOnlyOnce("\"created\"");
  }

  @Test
  void saysWhatIsWrongWithTheOptions() throws Exception {
    Files.writeString(changes, "what?\n");
    assertThat(backUpChanges(base).expect(ExitCode.SOURCE_UNREADABLE).err()).contains("Line 1");
    assertThat(backUpChanges("latest").expect(ExitCode.USAGE).err()).contains("whole id");
    assertThat(
            server
                .cli()
                .run("backup", "--vm", "web", disk, "--base", base)
                .expect(ExitCode.USAGE)
                .err())
        .contains("go together");
    assertThat(
            server
                .cli()
                .run("backup", "--vm", "web", disk, "--base", base, "--changes", "disk7=" + changes)
                .expect(ExitCode.USAGE)
                .err())
        .contains("disk7");
  }
}
