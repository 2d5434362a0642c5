package dozo.cli;

import dozo.cli.console.Output;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** A mount that is served by a process of its own, which outlives the command that began it. */
final class BackgroundMount {

  /** The type of the event by which the process says that the files are there. */
  static final String READY = "mounted";

  private static final List<String> BACKGROUND = List.of("-b", "--background");

  private BackgroundMount() {}

  /**
   * Starts the process and waits until the files are there or it has failed.
   *
   * @param arguments of the command line that asked for it
   * @param secret what a person typed for it
   */
  static ExitCode start(List<String> arguments, Optional<TypedSecret> secret, Output output)
      throws IOException, InterruptedException {
    List<String> child = new ArrayList<>(arguments);
    child.removeIf(BACKGROUND::contains);
    child.add("--json");
    secret.ifPresent(typed -> child.addAll(List.of(typed.option(), "0")));
    Path log = Files.createTempFile("dozo-mount-", ".log");
    ProcessBuilder builder = OwnProcess.detached(child).redirectError(log.toFile());
    Process process = builder.start();
    try (OutputStream in = process.getOutputStream()) {
      if (secret.isPresent()) {
        secret.get().writeTo(in);
      }
    }
    BufferedReader events = process.inputReader(StandardCharsets.UTF_8);
    String event = events.readLine();
    if (event == null) {
      return failed(process, log, output);
    }
    String mountPoint = Objects.requireNonNull(Events.members(event).get("mountPoint"));
    output.json(
        READY,
        json ->
            json.put("mountPoint", mountPoint)
                .put("process", process.pid())
                .put("log", log.toString()));
    output.line(mountPoint);
    output.notice(
        "Served by process "
            + process.pid()
            + ", log "
            + log
            + ". 'dozo unmount "
            + mountPoint
            + "' ends it.");
    return ExitCode.OK;
  }

  private static ExitCode failed(Process process, Path log, Output output)
      throws IOException, InterruptedException {
    int code = process.waitFor();
    Files.readAllLines(log, StandardCharsets.UTF_8).forEach(output::complain);
    Files.delete(log);
    return code == 0 ? ExitCode.FAILURE : ExitCode.of(code);
  }
}
