package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands make of a damaged repository. */
final class DamageIT {

  private static final int MIB = 1 << 20;
  private static final int LOST_BYTES = 64 << 10;

  @TempDir Path directory;

  private Path disk = Path.of("");
  private Path repository = Path.of("");

  @BeforeEach
  void prepare() throws IOException {
    disk = Cli.randomFile(directory.resolve("disk.raw"), 6 * MIB, 1);
    repository = directory.resolve("data/repository");
  }

  private Cli local() {
    return new Cli(
        Map.of(
            "DOZO_REPOSITORY",
            repository.toString(),
            "DOZO_KEY_FILE",
            directory.resolve("key").toString()));
  }

  private List<Path> packs() throws IOException {
    try (Stream<Path> files = Files.walk(repository.resolve("packs"))) {
      return files
          .filter(Files::isRegularFile)
          .sorted(Comparator.comparingLong((Path file) -> file.toFile().length()).reversed())
          .toList();
    }
  }

  private static void zero(Path file, long offset) throws IOException {
    try (RandomAccessFile pack = new RandomAccessFile(file.toFile(), "rw")) {
      pack.seek(offset);
      pack.write(new byte[LOST_BYTES]);
    }
  }

  /** A server's repository with one backup; the server is gone. */
  private void backUp(Object... more) throws Exception {
    try (ServerProcess server = ServerProcess.create(directory, more)) {
      server.cli().run("backup", "--vm", "web", disk).expect(ExitCode.OK);
      assertThat(server.end()).isZero();
    }
  }

  @Test
  void aServerLooksForDamageItself() throws Exception {
    try (ServerProcess server = ServerProcess.create(directory)) {
      Object[] verify = {
        "verify", "--all", "--on-server", "--admin-port", server.adminPort(), "--older-than", 7
      };
      server.cli().run("backup", "--vm", "web", disk).expect(ExitCode.OK);
      assertThat(server.cli().run(verify).expect(ExitCode.OK).out())
          .contains("1 restore point, ", "no damage");

      zero(packs().getFirst(), MIB);
      assertThat(server.cli().run(verify).expect(ExitCode.OK).out()).contains("0 B read");
      verify[verify.length - 1] = 0;
      Cli.Outcome found = server.cli().run(verify).expect(ExitCode.DAMAGED);
      assertThat(found.out())
          .contains("DAMAGED web, restore point ", "disk0: offset ", "BROKEN pack ", " KiB in ");

      server.cli().run("verify", "web", "--on-server").expect(ExitCode.USAGE);
      local().run("verify", "--all", "--on-server").expect(ExitCode.USAGE);
    }
  }

  @Test
  void whatAServerFindsDamagedTheNextBackupHeals() throws Exception {
    try (ServerProcess server = ServerProcess.create(directory)) {
      server.cli().run("backup", "--vm", "web", disk).expect(ExitCode.OK);
      zero(packs().getFirst(), MIB);

      Cli.Outcome found = server.cli().run("verify", "--all").expect(ExitCode.DAMAGED);
      assertThat(found.out()).contains("DAMAGED web, restore point ", "disk0: offset ");

      Cli.Outcome healing =
          server.cli().run("backup", "--vm", "web", "--json", disk).expect(ExitCode.OK);
      assertThat(Long.parseLong(healing.member("newBytes"))).isBetween(1L, 4L * LOST_BYTES);
      server.cli().run("verify", "--all").expect(ExitCode.OK);
      assertThat(server.end()).isZero();
    }
    Cli.Outcome pack = local().run("verify", "--all").expect(ExitCode.DAMAGED);
    assertThat(pack.out()).contains("BROKEN pack").doesNotContain("DAMAGED");
  }

  @Test
  void parityIsReadWithAndRepairs() throws Exception {
    backUp("--parity", "5");
    byte[] original = Files.readAllBytes(packs().getFirst());
    zero(packs().getFirst(), MIB);

    Cli.Outcome keyless = local().run("verify", "--all", "--no-key").expect(ExitCode.DAMAGED);
    assertThat(keyless.out()).contains(packs().getFirst().toString());
    Cli.Outcome found = local().run("verify", "--all", "--read-only").expect(ExitCode.DAMAGED);
    assertThat(found.out()).contains("dozo repair").doesNotContain("DAMAGED");
    Path target = directory.resolve("restored.raw");
    local().run("restore", "web", "-o", target).expect(ExitCode.OK);
    assertThat(Files.mismatch(disk, target)).isEqualTo(-1);

    assertThat(local().run("repair").expect(ExitCode.OK).out()).contains("REPAIRED pack");
    assertThat(Files.readAllBytes(packs().getFirst())).isEqualTo(original);
    local().run("verify", "--all", "--no-key").expect(ExitCode.OK);
    local().run("verify", "--all").expect(ExitCode.OK);
  }

  @Test
  void repairSaysWhatIsLost() throws Exception {
    backUp();
    zero(packs().getFirst(), MIB);
    Cli.Outcome lost = local().run("repair", "--rebuild-index").expect(ExitCode.DAMAGED);
    assertThat(lost.out()).contains("LEFT pack", "LOST", "disk0: offset ");
    assertThat(lost.err()).contains("Back up again: web");
  }

  @Test
  void readsOnlyWhatWasNotVerifiedOfLate() throws Exception {
    backUp();
    Cli.Outcome first =
        local().run("verify", "--all", "--older-than", "7", "--json").expect(ExitCode.OK);
    assertThat(Long.parseLong(first.member("packs"))).isEqualTo(packs().size());
    Cli.Outcome second =
        local().run("verify", "--all", "--older-than", "7", "--json").expect(ExitCode.OK);
    assertThat(second.member("packs")).isEqualTo("0");
    assertThat(Long.parseLong(second.member("freshPacks"))).isEqualTo(packs().size());
  }

  @Test
  void theEmergencySheetOpensWhenNothingElseDoes() throws Exception {
    backUp();
    local().run("key", "epoch").expect(ExitCode.OK);
    Path sheet = directory.resolve("sheet.txt");
    local().run("key", "sheet", "-o", sheet).expect(ExitCode.OK);
    try (Stream<Path> slots = Files.list(repository.resolve("keys"))) {
      for (Path slot : slots.toList()) {
        Files.delete(slot);
      }
    }
    Cli nothing = new Cli(Map.of("DOZO_REPOSITORY", repository.toString()));
    Path target = directory.resolve("restored.raw");
    nothing.run("restore", "web", "--emergency-sheet", sheet, "-o", target).expect(ExitCode.OK);
    assertThat(Files.mismatch(disk, target)).isEqualTo(-1);
    nothing
        .run("key", "add", "--emergency-sheet", sheet, "--new-key-file", directory.resolve("new"))
        .expect(ExitCode.OK);
    nothing.run("verify", "--all", "--key-file", directory.resolve("new")).expect(ExitCode.OK);
  }
}
