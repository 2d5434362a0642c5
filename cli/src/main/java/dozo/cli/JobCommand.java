package dozo.cli;

import dozo.cli.console.Output;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;

/** The command {@code dozo job} and its parts. */
@Command(
    name = "job",
    description = {
      "Back up many VMs as one job, as a file describes it.",
      "",
      "The file is YAML and says which VMs, where their disks are, where the backups go, how fast,"
          + " and what is run around them. A timer of the system runs it: docs/jobs.md has one for"
          + " systemd and one for Windows."
    },
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo job example > nightly.yaml",
      "  dozo job check nightly.yaml",
      "  dozo job run nightly.yaml --json"
    })
final class JobCommand extends DozoCommand implements CommandGroup {

  JobCommand(Context context) {
    super(context);
  }

  @Override
  public Map<String, Object> parts() {
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("run", new JobRunCommand(context()));
    parts.put("check", new JobCheckCommand(context()));
    parts.put("example", new JobExampleCommand(context()));
    return parts;
  }

  @Override
  ExitCode run(Output output) {
    throw misuse("Say which: dozo job run, check or example");
  }
}
