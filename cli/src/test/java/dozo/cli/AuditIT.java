package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The audit log of a server that runs, of commands beside it and of commands without it. */
final class AuditIT {

  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path directory;

  private List<JsonNode> entries(Cli cli, Object... more) {
    List<Object> words =
        new ArrayList<>(List.of("audit", "list", "--json", "-r", directory.resolve("data")));
    words.addAll(List.of(more));
    List<JsonNode> entries = new ArrayList<>();
    JSON.readTree(cli.run(words.toArray()).expect(ExitCode.OK).out())
        .path("entries")
        .forEach(entries::add);
    return entries;
  }

  private static List<String> words(List<JsonNode> entries) {
    return entries.stream()
        .map(entry -> entry.path("action").asString() + " " + entry.path("outcome").asString())
        .toList();
  }

  @Test
  void tellsWhatWasDoneThroughTheServerAndBesideIt() throws Exception {
    Path data = directory.resolve("data");
    String head;
    try (ServerProcess server = ServerProcess.create(directory)) {
      Cli cli = server.cli();
      Path disk = Cli.randomFile(directory.resolve("disk.raw"), 1 << 20, 1);
      String point =
          cli.run("backup", "--json", "--vm", "web", disk)
              .expect(ExitCode.OK)
              .member("restorePoint");
      Object port = server.adminPort();
      cli.run("forget", point, "--admin-port", port).expect(ExitCode.OK);
      cli.run("undelete", point, "--admin-port", port).expect(ExitCode.OK);
      cli.run("sweep", "--admin-port", port).expect(ExitCode.OK);
      Cli local = cli.with("DOZO_KEY_FILE", directory.resolve("key").toString());
      local
          .run("token", "create", "-r", data, "--role", "backup", "host1\u001b[2J")
          .expect(ExitCode.USAGE);
      local.run("token", "create", "-r", data, "--role", "backup", "host1").expect(ExitCode.OK);

      List<JsonNode> entries = entries(cli);
      assertThat(words(entries))
          .containsSubsequence(
              "init done",
              "create-token done",
              "start done",
              "commit done",
              "forget begun",
              "forget done",
              "undelete begun",
              "undelete done",
              "begin-job begun",
              "begin-job done",
              "create-token done");
      JsonNode forgot = entries(cli, "--action", "forget").getLast();
      assertThat(forgot.path("details").path("id").asString()).isEqualTo(point);
      assertThat(forgot.path("who").path("name").asString()).isEqualTo("test");
      assertThat(forgot.path("from").asString()).isEqualTo("127.0.0.1");
      head = cli.run("audit", "verify", "--json", "-r", data).expect(ExitCode.OK).member("head");
    }
    Cli cli = new Cli(Map.of());
    assertThat(words(entries(cli))).contains("sweep begun", "sweep done").endsWith("stop done");
    assertThat(cli.run("audit", "list", "-r", data, "--last", 2).expect(ExitCode.OK).out())
        .contains("ACTION")
        .hasLineCount(3);
    cli.run("audit", "verify", "-r", data, "--expect", head).expect(ExitCode.OK);
    cli.run("audit", "verify", "-r", data, "--expect", "nonsense").expect(ExitCode.USAGE);

    Path file = data.resolve("repository/audit/00000001.log");
    String log = Files.readString(file);
    Files.writeString(file, log.replace("\"commit\"", "\"forget\""), StandardCharsets.UTF_8);
    String told = cli.run("audit", "verify", "-r", data).expect(ExitCode.DAMAGED).out();
    assertThat(told).contains("WRONG 00000001.log, offset").contains("no sound entry");
  }

  @Test
  void saysWhereThereIsNoRepository() {
    Cli cli = new Cli(Map.of());
    cli.run("audit", "list", "-r", directory).expect(ExitCode.NO_REPOSITORY);
    cli.run("audit", "verify").expect(ExitCode.USAGE);
  }
}
