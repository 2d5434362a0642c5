package dozo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that Java keeps from starting ends, says why, and leaves the repository to the next. */
final class BrokenStartIT {

  private static final int RUBBISH_BYTES = 32;

  @TempDir private Path directory;

  /**
   * Of these classes there is only rubbish, as after half an installation. The first is needed
   * before anything runs, the second when the network does, the third when everything does.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {"dozo/server/DozoServer", "dozo/server/admin/AdminApi", "dozo/cli/service/HangUp"})
  void endsWhereAPartOfTheProgramIsBroken(String name) throws Exception {
    Path broken = directory.resolve("broken/" + name + ".class");
    Files.createDirectories(broken.getParent());
    Files.write(broken, new byte[RUBBISH_BYTES]);
    Cli cli = new Cli(Map.of("DOZO_KEY_FILE", Cli.keyFile(directory).toString()));

    ProcessBuilder server = server(cli, "--init");
    int classes = server.command().indexOf("-cp") + 1;
    server
        .command()
        .set(
            classes,
            directory.resolve("broken") + File.pathSeparator + server.command().get(classes));
    assertThat(ends(server))
        .contains("dozo: A part of the program is missing or does not fit", name, "What to do")
        .doesNotContain("\tat ");
    isFree(cli);
  }

  @Test
  void endsWhereMemoryDoesNotDo() throws Exception {
    Cli cli = new Cli(Map.of("DOZO_KEY_FILE", Cli.keyFile(directory).toString()));
    ProcessBuilder server = server(cli, "--init");
    server.command().add(server.command().indexOf("-cp"), "-XX:MaxDirectMemorySize=4k");
    assertThat(ends(server)).contains("dozo: Out of memory", "DOZO_JAVA_OPTS=-Xmx2g");
    isFree(cli);
  }

  private Path repository() {
    return directory.resolve("data/repository");
  }

  private ProcessBuilder server(Cli cli, String... more) throws IOException {
    Path configuration =
        Files.writeString(directory.resolve("server.yaml"), "log: {format: logfmt}\n");
    List<Object> words =
        new ArrayList<>(
            List.of("server", "--config", configuration, "--data", directory.resolve("data")));
    words.addAll(List.of("--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--mounts", "off"));
    words.addAll(Arrays.asList(more));
    return cli.processFromClasses(words.toArray());
  }

  /** Waits until it has ended as a failure, and returns what it said. */
  private String ends(ProcessBuilder server) throws Exception {
    Path said = directory.resolve("said");
    Process process = server.redirectErrorStream(true).redirectOutput(said.toFile()).start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("it ends").isTrue();
      String text = Files.readString(said, UTF_8);
      assertThat(process.exitValue()).as(text).isEqualTo(ExitCode.FAILURE.code());
      return text;
    } finally {
      process.destroyForcibly();
    }
  }

  /** Nobody has the repository open; one that was not made yet can be. */
  private void isFree(Cli cli) {
    if (!Files.exists(repository())) {
      cli.run("init", "-r", repository()).expect(ExitCode.OK);
    }
    cli.run("verify", "--all", "-r", repository()).expect(ExitCode.OK);
  }
}
