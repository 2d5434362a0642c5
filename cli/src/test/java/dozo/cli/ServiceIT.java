package dozo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dozo.cli.service.Supervisor;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a service manager hears. */
final class ServiceIT {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final long OWN = ProcessHandle.current().pid();

  @TempDir Path directory;

  @Test
  void tellsThatAServerIsReadyWellOrNotAndEnding() throws Exception {
    Path socket = directory.resolve("notify");
    Path log = directory.resolve("server.log");
    try (SupervisorListener manager = SupervisorListener.open(socket)) {
      ProcessBuilder builder =
          new Cli(
                  Map.of(
                      "DOZO_CONFIG",
                      "none",
                      "DOZO_KEY_FILE",
                      Cli.keyFile(directory).toString(),
                      "NOTIFY_SOCKET",
                      socket.toString(),
                      "WATCHDOG_USEC",
                      "1500000"))
              .processFromClasses(
                  "server",
                  "--init",
                  "--data",
                  directory.resolve("data"),
                  "--listen",
                  "127.0.0.1:0",
                  "--admin",
                  "off",
                  "--mounts",
                  "off",
                  "--json")
              .redirectError(log.toFile());
      Debugger.allowIn(builder);
      Process server = builder.start();
      try (BufferedReader lines = server.inputReader(UTF_8)) {
        String debugged = lines.readLine();
        assertThat(lines.readLine()).contains("listening");
        hearsMore(manager);

        try (Debugger debugger = Debugger.attach(debugged)) {
          debugger.holdUp("dozo-network-");
          long before = silences(log);
          // What was said before may be heard, or logged, late.
          await().atMost(LONG).until(() -> silences(log) >= before + 3);
          long beats = beats(manager);
          await().atMost(LONG).until(() -> silences(log) >= before + 4);
          assertThat(beats(manager)).as("while an event loop hangs").isEqualTo(beats);
        }
        hearsMore(manager);
        server.destroy();
        assertThat(server.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(server.exitValue()).isZero();
      } finally {
        server.destroyForcibly();
      }
      await()
          .atMost(LONG)
          .untilAsserted(() ->
              assertThat(manager.heard())
                  .anyMatch(message -> message.startsWith("STOPPING=1|STATUS=Draining")));
      assertThat(manager.heard().getFirst()).startsWith("STATUS=Opening the repository");
      assertThat(manager.heard().get(1)).startsWith("READY=1|STATUS=Listening on port");
    }
  }

  private static void hearsMore(SupervisorListener manager) {
    long before = beats(manager);
    await().atMost(LONG).until(() -> beats(manager) > before);
  }

  private static long beats(SupervisorListener manager) {
    return manager.heard().stream().filter("WATCHDOG=1"::equals).count();
  }

  private static long silences(Path log) throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.filter(line -> line.contains("does not answer")).count();
    }
  }

  @Test
  void doesNotTellTheWatchdogOfAServerThatDoesNotAnswer() throws Exception {
    Path socket = directory.resolve("notify");
    AtomicBoolean isWell = new AtomicBoolean();
    Map<String, String> environment =
        Map.of(
            "NOTIFY_SOCKET",
            socket.toString(),
            "WATCHDOG_USEC",
            "30000",
            "WATCHDOG_PID",
            Long.toString(OWN));
    try (SupervisorListener heard = SupervisorListener.open(socket);
        Supervisor manager = Supervisor.of(environment, OWN)) {
      AtomicBoolean asked = new AtomicBoolean();
      manager.ready(
          "two\nlines",
          patience -> {
            asked.set(true);
            return isWell.get();
          });
      await().atMost(LONG).untilTrue(asked);
      await()
          .atMost(LONG)
          .untilAsserted(
              () -> assertThat(heard.heard()).containsExactly("READY=1|STATUS=two lines"));
      isWell.set(true);
      await().atMost(LONG).untilAsserted(() -> assertThat(heard.heard()).contains("WATCHDOG=1"));
    }
  }

  @Test
  void tellsNobodyWhereThereIsNoManager() {
    for (Map<String, String> environment :
        List.of(
            Map.<String, String>of(),
            Map.of("NOTIFY_SOCKET", "nonsense"),
            Map.of("NOTIFY_SOCKET", directory + "/nobody", "WATCHDOG_USEC", "soon"))) {
      try (Supervisor manager = Supervisor.of(environment, OWN)) {
        manager.status("nothing");
        manager.ready("nothing", patience -> true);
        manager.stopping("nothing");
      }
    }
  }

  @Test
  void examinesThisMachine() {
    Cli cli = new Cli(Map.of());
    Cli.Outcome outcome = cli.run("doctor", "--data", directory, "--json");
    assertThat(outcome.code()).isIn(ExitCode.OK.code(), ExitCode.UNFIT.code());
    assertThat(outcome.out()).contains("\"name\":\"java\",\"state\":\"ok\"");
    assertThat(outcome.member("fit"))
        .isEqualTo(String.valueOf(outcome.code() == ExitCode.OK.code()));
    String told =
        cli.run("doctor", "--data", directory.resolve("none")).expect(ExitCode.UNFIT).out();
    assertThat(told)
        .contains("PROBLEM directory: " + directory.resolve("none") + " is not there")
        .contains("What to do: make it")
        .contains("Dozo does not work here");
  }
}
