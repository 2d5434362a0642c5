package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dozo.cli.quickstart.Tool;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Differencing files, pushed as what changed since the restore points of their parents. */
class AvhdxChainIT {

  private static final Path SAMPLES = Path.of("../../shared/vhdx/samples");
  private static final String BASE = "diff-base.vhdx";
  private static final String CHILD = "diff-child1.avhdx";
  private static final String GRANDCHILD = "diff-child2.avhdx";

  @TempDir private Path directory;
  private ServerProcess server;
  private Cli cli;
  private Path chain;

  @BeforeEach
  void start() throws Exception {
    assumeThat(SAMPLES).as("without the samples no chain is tested").exists();
    chain = Files.createDirectory(directory.resolve("chain"));
    Tool.require("tar", "tar")
        .run(null, "-xf", SAMPLES.resolve("synthetic.tar.xz") + "", "-C", directory + "");
    for (String name : new String[] {BASE, CHILD, GRANDCHILD}) {
      Files.move(find(name), chain.resolve(name));
    }
    server = ServerProcess.create(Files.createDirectory(directory.resolve("server")));
    cli = withBackupToken();
  }

  /** Bases have to be found by whoever may do nothing but back up. */
  private Cli withBackupToken() {
    Path token = directory.resolve("backup.token");
    server
        .local()
        .run("token", "create", "--role", "backup", "-o", token, "jobs")
        .expect(ExitCode.OK);
    Cli restricted = server.cli().with("DOZO_TOKEN_FILE", token.toString());
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> restricted.run("list").code() == ExitCode.OK.code());
    return restricted;
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private Path find(String name) throws Exception {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
    }
  }

  private Cli.Outcome backUp(String name) {
    return cli.run("backup", "--vm", "web", chain.resolve(name), "--json").expect(ExitCode.OK);
  }

  private void restoredIs(Cli.Outcome backup, String name) throws Exception {
    Path target = directory.resolve("restored.raw");
    server
        .cli()
        .run("restore", backup.member("restorePoint"), "-o", target, "--replace")
        .expect(ExitCode.OK);
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (InputStream in = new DigestInputStream(Files.newInputStream(target), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    assertThat(HexFormat.of().formatHex(digest.digest()))
        .as("what %s holds", name)
        .isEqualTo(
            JsonMapper.shared()
                .readTree(SAMPLES.resolve("expected.json").toFile())
                .path("good")
                .path(name)
                .path("sha256")
                .asString());
  }

  @Test
  void eachLevelIsWhatItsParentAndItsOwnFileMake() throws Exception {
    restoredIs(backUp(BASE), BASE);
    for (String name : new String[] {CHILD, GRANDCHILD}) {
      Cli.Outcome increment = backUp(name);
      assertThat(increment.err()).doesNotContain("read whole");
      // What is kept is not even looked at here, so there is nothing to deduplicate.
      assertThat(increment.member("transfer")).isEqualTo("stream");
      restoredIs(increment, name);
    }
    assertThat(server.cli().run("show", "web", "--json").out())
        .contains("tracking.disk0")
        .doesNotContain("whole.disk0");
  }

  @Test
  void aLevelThatWasNotBackedUpCountsAsChanged() throws Exception {
    backUp(BASE);
    Cli.Outcome increment = backUp(GRANDCHILD);
    assertThat(increment.err()).doesNotContain("read whole");
    restoredIs(increment, GRANDCHILD);
  }

  @Test
  void readsAllOfItWhereTheParentWasTouchedSince() throws Exception {
    backUp(BASE);
    Files.setLastModifiedTime(
        chain.resolve(BASE), FileTime.from(Instant.parse("2024-01-01T00:00:00Z")));
    Cli.Outcome whole = backUp(CHILD);
    assertThat(whole.err()).contains("read whole", "no restore point of this VM", BASE);
    restoredIs(whole, CHILD);
    assertThat(server.cli().run("show", "web", "--json").out()).contains("whole.disk0");
  }
}
