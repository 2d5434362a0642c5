package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looking after a repository by commands, beside its server and without one. */
final class UpkeepIT {

  private static final int MIB = 1 << 20;

  @TempDir Path directory;

  private static String backUp(ServerProcess server, Path disk) {
    return server
        .cli()
        .run("backup", "--json", "--vm", "web", disk)
        .expect(ExitCode.OK)
        .member("restorePoint");
  }

  /** Three restore points, of which each has 4 MiB of its own. */
  private List<String> backUpDaily(ServerProcess server) throws Exception {
    Path disk = Cli.randomFile(directory.resolve("disk.raw"), 8 * MIB, 1);
    List<String> points = new ArrayList<>();
    for (int day = 0; day < 3; day++) {
      byte[] change = Files.readAllBytes(Cli.randomFile(directory.resolve("c"), 4 * MIB, 10 + day));
      try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
        file.seek(4 * MIB);
        file.write(change);
      }
      points.add(backUp(server, disk));
    }
    return points;
  }

  @Test
  void prunesAndSweepsWhileTheServerRuns() throws Exception {
    try (ServerProcess server = ServerProcess.create(directory)) {
      List<String> points = backUpDaily(server);
      Cli cli = server.cli();
      Object port = server.adminPort();

      String space =
          cli.run("space", points.get(0), "--admin-port", port).expect(ExitCode.OK).out();
      assertThat(space).contains("Deleting it would free 4.0").contains(points.get(0));
      String costs =
          cli.run("space", "--of-vm", "web", "--restore-cost", "--admin-port", port)
              .expect(ExitCode.OK)
              .out();
      assertThat(costs).contains("DECODED").containsPattern(points.get(0) + ".* 1\\.\\d\\dx");

      cli.run(
              "hold",
              points.get(1),
              "--until",
              "2199-01-01",
              "--note",
              "case 4711",
              "--admin-port",
              port)
          .expect(ExitCode.OK);
      assertThat(cli.run("pin", "--admin-port", port).expect(ExitCode.OK).out())
          .contains("case 4711", points.get(1));

      String planned =
          cli.run("prune", "web", "--keep-last", 1, "--dry-run", "--admin-port", port)
              .expect(ExitCode.OK)
              .out();
      assertThat(planned)
          .contains("1 restore point would be forgotten", "keep-last: 1 of 1", "held until 2199");
      String done =
          cli.run("prune", "--keep-last", 1, "--json", "--admin-port", port)
              .expect(ExitCode.OK)
              .member("forgotten");
      assertThat(done).isEqualTo("1");
      assertThat(cli.run("list").out()).doesNotContain(points.get(0)).contains(points.get(1));
      cli.run("forget", points.get(1), "--admin-port", port).expect(ExitCode.REFUSED);

      assertThat(cli.run("undelete", "--admin-port", port).out()).contains(points.get(0));
      cli.run("undelete", points.get(0), "--admin-port", port).expect(ExitCode.OK);
      cli.run("verify", points.get(0)).expect(ExitCode.OK);
      cli.run("forget", points.get(0), "--admin-port", port).expect(ExitCode.OK);

      assertThat(cli.run("sweep", "--dry-run", "--admin-port", port).expect(ExitCode.OK).out())
          .contains("Without use", "Would retire");
      String freed =
          cli.run(
                  "sweep",
                  "--json",
                  "--keep-forgotten",
                  "0d",
                  "--keep-packs",
                  "0d",
                  "--max-unused",
                  "0",
                  "--admin-port",
                  port)
              .expect(ExitCode.OK)
              .member("purgedBytes");
      assertThat(Long.parseLong(freed)).isGreaterThan(4 * MIB);
      cli.run("verify", points.get(1), points.get(2)).expect(ExitCode.OK);
      cli.run("sweep", "--admin-port", 1).expect(ExitCode.UNREACHABLE);
      server.local().run("sweep").expect(ExitCode.LOCKED);
      assertThat(server.end()).isZero();

      Cli local = server.local();
      local.run("prune", "--keep-last", 1).expect(ExitCode.OK);
      assertThat(local.run("sweep").expect(ExitCode.OK).out())
          .contains("Restore points   2 walked");
      local.run("undelete", "--packs").expect(ExitCode.OK);
      local.run("verify", "--all").expect(ExitCode.OK);
    }
  }

  @Test
  void refusesWhatIsWrongBeforeItOpensAnything() {
    Cli cli = new Cli(Map.of("DOZO_REPOSITORY", "/nonexistent"));
    assertThat(cli.run("prune").expect(ExitCode.USAGE).err()).contains("rule");
    cli.run("prune", "--keep-daily", "-1").expect(ExitCode.USAGE);
    cli.run("sweep", "--rate", "5%").expect(ExitCode.USAGE);
    cli.run("sweep", "--keep-packs", "soon").expect(ExitCode.USAGE);
    cli.run("hold", "web").expect(ExitCode.USAGE);
    cli.run("space").expect(ExitCode.USAGE);
  }

  @Test
  void refusesToStartWithAPlanThatIsNone() throws Exception {
    Path plan = Files.writeString(directory.resolve("plan.json"), "{\"prune\":{}}");
    Cli cli = new Cli(Map.of("DOZO_KEY_FILE", Cli.keyFile(directory).toString()));
    assertThat(
            cli.run(
                    "server",
                    "--config",
                    "none",
                    "--data",
                    directory.resolve("data"),
                    "--init",
                    "--listen",
                    "127.0.0.1:0",
                    "--upkeep",
                    plan)
                .expect(ExitCode.BAD_CONFIGURATION)
                .err())
        .contains("plan.json", "rule");
  }
}
