package dozo.cli;

import dozo.cli.MountProcess.Failed;
import dozo.cli.MountProcess.Late;
import dozo.cli.MountProcess.Ready;
import dozo.cli.console.Output;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A mount that is served by a process of its own, which outlives the command that began it. */
final class BackgroundMount {

  /** A person can end the wait. */
  private static final Duration PATIENCE = Duration.ofDays(1);

  private BackgroundMount() {}

  /**
   * Starts the process and waits until the files are there or it has failed.
   *
   * @param arguments of the command line that asked for it
   * @param secret what a person typed for it
   */
  static ExitCode start(
      List<String> arguments, Optional<TypedSecret> secret, MountRegistry registry, Output output)
      throws IOException, InterruptedException {
    List<String> child = MountProcess.inForeground(arguments);
    secret.ifPresent(typed -> child.addAll(List.of(typed.option(), "0")));
    MountProcess process =
        MountProcess.start(OwnProcess.detached(child, List.of()), registry, secret);
    AtomicBoolean givenUp = new AtomicBoolean();
    Runnable giveUp =
        () -> {
          givenUp.set(true);
          process.end();
        };
    MountProcess.Outcome outcome;
    // Whoever no longer waits wants no mount that comes up when the server answers at last.
    try (Interruption _ = Interruption.cancels(giveUp)) {
      outcome = process.await(PATIENCE);
    }
    if (givenUp.get()) {
      throw new CancellationException();
    }
    return switch (outcome) {
      case Ready ready -> {
        tell(process, MountProcess.mountPoint(ready), output);
        yield ExitCode.OK;
      }
      case Failed failed -> {
        failed.complaints().forEach(output::complain);
        yield failed.code();
      }
      case Late _ -> throw new IOException("The mount has not come up in " + PATIENCE);
    };
  }

  private static void tell(MountProcess process, String mountPoint, Output output) {
    output.json(
        MountProcess.READY,
        json ->
            json.put("mountPoint", mountPoint)
                .put("process", process.identity().number())
                .put("log", process.log().toString()));
    output.line(mountPoint);
    output.notice(
        "Served by process "
            + process.identity().number()
            + ", log "
            + process.log()
            + ". 'dozo unmount "
            + mountPoint
            + "' ends it.");
  }
}
