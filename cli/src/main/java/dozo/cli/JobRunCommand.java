package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.job.HostPlaces;
import dozo.cli.job.Job;
import dozo.cli.job.JobRun;
import dozo.cli.job.JobServer;
import dozo.cli.secret.SecretKind;
import dozo.cli.secret.SecretPlace;
import dozo.protocol.Secret;
import dozo.protocol.ServerAddress;
import dozo.protocol.client.ConnectionSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command {@code dozo job run}. */
@Command(
    name = "run",
    description = {
      "Back up the VMs of a job.",
      "",
      "A VM that cannot be backed up does not keep the others from it. If all went well the exit"
          + " code is 0; if none did, the one that all have in common, or 1; otherwise 8. With"
          + " --json each thing that happens is an object on a line of its own: started, progress,"
          + " hook, committed (with the receipt), failed, and result at the end."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo job run /etc/dozo/nightly.yaml",
      "  dozo job run nightly.yaml --json | logger -t dozo"
    })
final class JobRunCommand extends DozoCommand {

  private static final String SLOTS = "DOZO_JOB_SLOTS";

  @Mixin private final JobOptions options = new JobOptions();

  @Mixin private final BlockTagOptions blockTags = new BlockTagOptions();

  JobRunCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws IOException {
    Job job = options.read(secrets());
    JobRun run =
        new JobRun(
            job,
            settings(job.server()),
            slots(),
            host(),
            blockTags.store(secrets()),
            BackupReport::receipt,
            new JobReport(output));
    List<JobRun.Outcome> outcomes;
    try (Interruption _ = Interruption.cancels(run::cancel)) {
      outcomes = run.run();
    }
    JobReport.print(job, outcomes, output);
    return code(outcomes);
  }

  private HostPlaces host() {
    return new HostPlaces(
        SweepSourceCommand.journals(secrets()),
        StateDirectory.usual("scratch", secrets()).toAbsolutePath(),
        SweepSourceCommand.journals(secrets()).resolve("tracking"),
        RunningMachineOptions.watchdog());
  }

  private Path slots() {
    return secrets()
        .variable(SLOTS)
        .map(Path::of)
        .orElseGet(() -> StateDirectory.usual("job-slots", secrets()));
  }

  private ConnectionSettings settings(JobServer server) throws IOException {
    return switch (server.address()) {
      case ServerAddress.Tcp tcp ->
          ConnectionSettings.tcp(
                  tcp,
                  server
                      .trust()
                      .orElseThrow(() ->
                          new IllegalArgumentException("The job names no fingerprint and no ca")),
                  token(
                      server
                          .token()
                          .orElseThrow(() ->
                              new IllegalArgumentException("The job says not where its token is"))),
                  Version.client())
              .withIdentity(server.identity().orElse(null));
      case ServerAddress.Unix unix -> {
        ConnectionSettings asUser = ConnectionSettings.unix(unix.socket(), Version.client());
        yield server.token().isEmpty() ? asUser : asUser.withToken(token(server.token().get()));
      }
    };
  }

  private Secret token(SecretPlace place) throws IOException {
    return ServerOptions.token(SecretKind.TOKEN, place, secrets());
  }

  private static ExitCode code(List<JobRun.Outcome> outcomes) {
    Set<ExitCode> codes =
        outcomes.stream()
            .map(outcome -> outcome.failure().map(e -> Failure.of(e).code()).orElse(ExitCode.OK))
            .collect(Collectors.toSet());
    if (codes.size() == 1) {
      return codes.iterator().next();
    }
    return codes.contains(ExitCode.OK) ? ExitCode.PARTLY_DONE : ExitCode.FAILURE;
  }
}
