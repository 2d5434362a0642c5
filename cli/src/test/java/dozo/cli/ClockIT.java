package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.key.SlotSecret;
import dozo.format.manifest.StateEntry;
import dozo.repository.Repository;
import dozo.repository.RepositoryOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

/** A server that was off for five days. */
final class ClockIT {

  private static final Duration OFF = Duration.ofDays(5);

  @TempDir Path directory;

  /** Has the server remember that it was last on so long ago. */
  static void turnBack(Path directory) throws IOException {
    try (SlotSecret secret = KeyFiles.read(Cli.keyFile(directory));
        Repository repository =
            Repository.open(
                directory.resolve("data/repository"), secret, RepositoryOptions.standard())) {
      repository
          .state()
          .put(
              new StateEntry(
                  "clock",
                  repository.identity().id(),
                  JsonNodeFactory.instance
                      .objectNode()
                      .put("latest", Instant.now().minus(OFF).toString())));
    }
  }

  @Test
  void forgetsNothingUntilAnAdminHasConfirmedTheTime() throws Exception {
    try (ServerProcess first = ServerProcess.create(directory)) {
      assertThat(first.end()).isZero();
      turnBack(directory);
      try (ServerProcess server = first.restart()) {
        confirm(server);
        assertThat(server.end()).isZero();
        turnBack(directory);
        believesIt(server);
      }
    }
  }

  private void confirm(ServerProcess server) throws IOException {
    Cli cli = server.cli();
    int port = server.adminPort();
    Path disk = Files.write(directory.resolve("disk.raw"), new byte[1 << 20]);
    String point =
        cli.run("backup", "--vm", "web", "--json", disk).expect(ExitCode.OK).member("restorePoint");

    assertThat(cli.run("clock", "show", "--admin-port", port).expect(ExitCode.OK).err())
        .contains("Nothing is forgotten", "dozo clock confirm");
    assertThat(cli.run("forget", point, "--admin-port", port).expect(ExitCode.REFUSED).err())
        .contains("dozo clock confirm");

    Cli.Outcome confirmed = cli.run("clock", "confirm", "--admin-port", port).expect(ExitCode.OK);

    assertThat(confirmed.out()).contains("The server's clock shows");
    assertThat(confirmed.err()).doesNotContain("Nothing is forgotten");
    cli.run("forget", point, "--admin-port", port).expect(ExitCode.OK);
    cli.run("clock", "confirm", "--admin-port", port).expect(ExitCode.REFUSED);
  }

  /** A configuration may say that a week is nothing. */
  private void believesIt(ServerProcess before) throws IOException {
    Path file =
        Files.writeString(directory.resolve("server.yaml"), "protection:\n  clock-jump: 7d\n");
    try (ServerProcess server = before.restart("--config", file)) {
      assertThat(
              server
                  .cli()
                  .run("clock", "show", "--admin-port", server.adminPort())
                  .expect(ExitCode.OK)
                  .err())
          .doesNotContain("Nothing is forgotten");
    }
  }
}
