package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two admins at a server that wants both. */
final class ApprovalIT {

  @TempDir Path directory;

  private static int adminPort(ServerProcess server) {
    return server.adminPort();
  }

  private void makeSecondAdmin(ServerProcess server) {
    server
        .local()
        .run("token", "create", "--role", "admin", "-o", directory.resolve("second"), "second")
        .expect(ExitCode.OK);
  }

  private static String only(Cli cli, ServerProcess server) {
    Cli.Outcome listed =
        cli.run("approvals", "list", "--admin-port", adminPort(server)).expect(ExitCode.OK);
    return listed.out().lines().skip(1).findFirst().orElseThrow().split("\\s+", 2)[0];
  }

  @Test
  void forgetsWhenTheSecondAdminSaysSo() throws Exception {
    try (ServerProcess first = ServerProcess.create(directory)) {
      makeSecondAdmin(first);
      assertThat(first.end()).isZero();
      try (ServerProcess server = first.restart("--protect-approval")) {
        forgetBoth(server);
      }
    }
  }

  private void forgetBoth(ServerProcess server) throws IOException {
    Cli anna = server.cli();
    Cli bert = anna.with("DOZO_TOKEN_FILE", directory.resolve("second").toString());
    Path disk = Files.write(directory.resolve("disk.raw"), new byte[1 << 20]);
    String point =
        anna.run("backup", "--vm", "web", "--json", disk)
            .expect(ExitCode.OK)
            .member("restorePoint");
    int port = adminPort(server);

    Cli.Outcome asked = anna.run("forget", point, "--admin-port", port).expect(ExitCode.WAITS);

    assertThat(asked.err()).contains("Not done yet", point, "another admin approves");
    assertThat(anna.run("list").expect(ExitCode.OK).out()).contains(point);
    String request = only(anna, server);
    anna.run("approvals", "approve", request, "--admin-port", port).expect(ExitCode.FORBIDDEN);
    bert.run("approvals", "approve", request, "--digest", "0".repeat(64), "--admin-port", port)
        .expect(ExitCode.REFUSED);
    assertThat(
            bert.run("approvals", "show", request.substring(0, 8), "--admin-port", port)
                .expect(ExitCode.OK)
                .out())
        .contains("waiting", "forget restore point " + point, "by test");

    Cli.Outcome approved =
        bert.run("approvals", "approve", request, "--admin-port", port).expect(ExitCode.OK);

    assertThat(approved.out()).contains("State     done");
    assertThat(anna.run("list").expect(ExitCode.OK).out()).doesNotContain(point);
    assertThat(anna.run("approvals", "list", "--admin-port", port).expect(ExitCode.OK).err())
        .contains("Nothing waits");
    anna.run("undelete", point, "--admin-port", port).expect(ExitCode.OK);

    anna.run("sweep", "--keep-forgotten", "0d", "--admin-port", port).expect(ExitCode.WAITS);
    anna.run("approvals", "reject", only(anna, server), "--note", "no", "--admin-port", port)
        .expect(ExitCode.OK);
    assertThat(
            anna.run("approvals", "list", "--all", "--admin-port", port).expect(ExitCode.OK).out())
        .contains("rejected", "done");
  }

  @Test
  void refusesDelaysThatAreNone() {
    for (String delay : new String[] {"3", "0d", "367d", "soon"}) {
      new Cli(Map.of())
          .run(
              "server",
              "--config",
              "none",
              "--data",
              directory.resolve("none"),
              "--protect-delay",
              delay)
          .expect(ExitCode.BAD_CONFIGURATION);
    }
  }
}
