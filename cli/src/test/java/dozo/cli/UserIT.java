package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users who are added and changed beside a server that runs. */
final class UserIT {

  private static final String FIRST = "correct horse battery";
  private static final String SECOND = "another good password";

  @TempDir Path directory;

  private static int logIn(AdminHttp http, String password) throws Exception {
    return http.post("/login", "{\"name\":\"anna\",\"password\":\"%s\"}".formatted(password))
        .status();
  }

  @Test
  void holdsAtOnceWhatACommandSaysOfAUser() throws Exception {
    try (ServerProcess server = ServerProcess.create(directory)) {
      AdminHttp http = server.http();
      Cli cli = server.local().with("DOZO_NEW_PASSWORD", FIRST);

      cli.run("user", "add", "--role", "operator", "anna").expect(ExitCode.OK);

      assertThat(logIn(http, FIRST)).isEqualTo(200);
      assertThat(logIn(http, SECOND)).isEqualTo(401);
      assertThat(cli.run("user", "list").expect(ExitCode.OK).out()).contains("anna", "operator");
      cli.run("user", "add", "--role", "admin", "anna").expect(ExitCode.USAGE);
      cli.run("user", "add", "--role", "backup", "bert").expect(ExitCode.USAGE);

      cli.with("DOZO_NEW_PASSWORD", SECOND).run("user", "password", "anna").expect(ExitCode.OK);
      assertThat(logIn(http, FIRST)).isEqualTo(401);
      assertThat(logIn(http, SECOND)).isEqualTo(200);

      cli.run("user", "remove", "anna").expect(ExitCode.OK);
      assertThat(logIn(http, SECOND)).isEqualTo(401);
      cli.run("user", "remove", "anna").expect(ExitCode.NOT_FOUND);
    }
  }

  @Test
  void wantsLongPasswords() throws Exception {
    try (ServerProcess server = ServerProcess.create(directory)) {
      Cli.Outcome refused =
          server
              .local()
              .with("DOZO_NEW_PASSWORD", "short")
              .run("user", "add", "--role", "admin", "anna")
              .expect(ExitCode.USAGE);

      assertThat(refused.err()).contains("12").doesNotContain("short");
    }
  }
}
