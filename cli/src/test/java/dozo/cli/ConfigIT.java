package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dozo.cli.server.ServerFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server's configuration, from the commands that look at it to a server that reads it again. */
class ConfigIT {

  private static final Duration LONG = Duration.ofMinutes(3);

  @TempDir Path directory;

  private final Cli cli = new Cli(Map.of());

  private Path file(String text) throws Exception {
    return Files.writeString(directory.resolve("server.yaml"), text);
  }

  @Test
  void printsAnExampleThatIsInOrder() throws Exception {
    String example = cli.run("config", "example").expect(ExitCode.OK).out();
    assertThat(example).isEqualTo(ServerFile.example());
    Path file = file(example);
    assertThat(cli.run("config", "check", "--config", file).expect(ExitCode.OK).out())
        .contains(file + " is in order");
  }

  @Test
  void checkTellsEveryMistakeWhereverItIs() throws Exception {
    Path file = file("drain: 30\nlog: {format: xml}\n");
    Cli.Outcome outcome =
        cli.with("DOZO_CONFIG", file.toString())
            .run("config", "check", "--listen", "nowhere")
            .expect(ExitCode.BAD_CONFIGURATION);
    assertThat(outcome.err().lines())
        .containsExactly(
            "dozo: "
                + file
                + ", line 1: drain is to be a time such as 30s, 5min, 2h or 7d, not"
                + " \"30\".",
            "dozo: "
                + file
                + ", line 2: log.format is to be one of human, logfmt, json, not \"xml\".",
            "dozo: --listen: listen.protocol is to be PORT or HOST:PORT, not \"nowhere\".");
    Cli.Outcome asJson =
        cli.run("config", "check", "--config", file, "--json").expect(ExitCode.BAD_CONFIGURATION);
    assertThat(asJson.out())
        .contains("\"valid\":false", "\"line\":1,\"key\":\"drain\"", "\"key\":\"log.format\"");
    cli.run("server", "--config", file).expect(ExitCode.BAD_CONFIGURATION);
    cli.run("config", "check", "--config", directory.resolve("none.yaml")).expect(ExitCode.FAILURE);
  }

  @Test
  void showTellsWhatCountsAndWhereItComesFrom() throws Exception {
    Path file = file("data: here\nunlock:\n  key-file: key\n");
    String shown =
        cli.with("DOZO_PASSPHRASE_FILE", "/run/secret")
            .run("config", "show", "--config", file, "--drain", "5", "--mounts", "off")
            .expect(ExitCode.OK)
            .out();
    assertThat(shown.lines().map(line -> line.replaceAll(" +", " ")))
        .contains(
            file + ":",
            "data here line 1 restart",
            "repository " + directory.resolve("here/repository") + " default restart",
            "unlock.key-file - default restart",
            "unlock.passphrase-file /run/secret DOZO_PASSPHRASE_FILE restart",
            "mounts.directory off --mounts restart",
            "drain 5s --drain reload");
  }

  @Test
  void aServerReadsItsFileAgain() throws Exception {
    try (ServerProcess first = ServerProcess.create(directory)) {
      assertThat(first.end()).isZero();
      Path file = file("upkeep: {sweep: {at: \"03:00\"}}\n");
      try (ServerProcess server = first.restart("--config", file)) {
        assertThat(server.http().get("/plan").body().toString())
            .contains("\"source\":\"file\"", "03:00");

        file("upkeep: {sweep: {at: \"04:00\"}}\nlog: {level: loud}\nlimits: {sessions: 0}\n");
        server.signal("HUP");
        await()
            .atMost(LONG)
            .untilAsserted(() ->
                assertThat(server.logged())
                    .contains("log.level is to be one of", "limits.sessions is to be a number")
                    .contains("what was stays mistakes=2"));
        assertThat(server.http().get("/plan").body().toString()).contains("03:00");

        file("upkeep: {sweep: {at: \"05:00\"}}\nengine: {memory: 64M}\n");
        server.signal("HUP");
        await()
            .atMost(LONG)
            .untilAsserted(
                () -> assertThat(server.logged()).contains("read again changed=1 afterRestart=1"));
        assertThat(server.logged())
            .contains("Configuration changed key=upkeep.sweep.at before=\"03:00\" now=\"05:00\"")
            .contains("after a restart only key=engine.memory running=\"256M\" file=\"64M\"");
        assertThat(server.http().get("/plan").body().toString())
            .contains("05:00")
            .doesNotContain("03:00");

        file("engine: {memory: 64M}\n");
        server.signal("HUP");
        await()
            .atMost(LONG)
            .untilAsserted(() ->
                assertThat(server.http().get("/plan").body().toString())
                    .contains("\"source\":\"none\""));
        assertThat(server.end()).isZero();
        assertThat(server.local().run("audit", "list").expect(ExitCode.OK).out())
            .contains("configure");
      }
    }
  }

  private static String lastWord(String text, String before) {
    return text.substring(text.lastIndexOf(before) + before.length())
        .lines()
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aServerShowsACertificateThatAnAuthorityHasSigned() throws Exception {
    CertificateAuthority authority = CertificateAuthority.create(directory.resolve("authority"));
    List<Path> files = authority.serverFiles();
    Path file =
        file("tls: {certificate: %s, key: %s}\n".formatted(files.getFirst(), files.getLast()));
    try (ServerProcess first = ServerProcess.create(directory)) {
      assertThat(first.end()).isZero();
      try (ServerProcess server = first.restart("--config", file)) {
        new Cli(
                Map.of(
                    "DOZO_SERVER",
                    "127.0.0.1:" + server.port(),
                    "DOZO_TOKEN_FILE",
                    directory.resolve("token").toString()))
            .run("list", "--ca", authority.certificate())
            .expect(ExitCode.OK);
        server.http().get("/health").expect(200);

        authority.serverFiles();
        server.signal("HUP");
        await()
            .atMost(LONG)
            .untilAsserted(
                () -> assertThat(server.logged()).contains("Certificate changed fingerprint="));
        new Cli(Map.of("DOZO_TOKEN_FILE", directory.resolve("token").toString()))
            .run(
                "list",
                "--server",
                "127.0.0.1:" + server.port(),
                "--fingerprint",
                lastWord(server.logged(), "Certificate changed fingerprint="))
            .expect(ExitCode.OK);
      }
    }
  }
}
