package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.secret.SecretReader;
import dozo.client.hyperv.HyperVSweeper;
import dozo.client.leftover.Journals;
import dozo.client.leftover.Sweeper;
import dozo.client.leftover.Swept;
import dozo.client.leftover.WatchdogDuty;
import dozo.client.libvirt.LibvirtSweeper;
import dozo.client.lvm.LvmSweeper;
import dozo.client.qemu.QemuSweeper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code dozo sweep-source}. */
@Command(
    name = "sweep-source",
    description = {
      "Remove from this host's hypervisors what backups that died have left there.",
      "",
      "A backup notes everything that it is about to make in a hypervisor, and removes it at its"
          + " end. If it is killed a watchdog does that within seconds, and the machine's next"
          + " backup does as well. This command does it now, for all machines of this host. Backups"
          + " that are under way are left alone."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {"  dozo sweep-source", "  dozo sweep-source --json"})
final class SweepSourceCommand extends DozoCommand {

  /** Says where checkpoints are noted. */
  static final String VARIABLE = "DOZO_SOURCES";

  /** Who can remove what, for all kinds of sources that leave anything. */
  private static final List<Sweeper> SWEEPERS =
      List.of(new QemuSweeper(), new LibvirtSweeper(), new LvmSweeper(), new HyperVSweeper());

  @Option(
      names = "--watch",
      hidden = true,
      paramLabel = "JOURNAL",
      description = "Stand by until standard input ends, then sweep this one.")
  private @Nullable Path watched;

  SweepSourceCommand(Context context) {
    super(context);
  }

  /** Where this user's backups note what they make. */
  static Path journals(SecretReader environment) {
    return environment
        .variable(VARIABLE)
        .map(Path::of)
        .orElseGet(() -> StateDirectory.usual("sources", environment))
        .toAbsolutePath();
  }

  @Override
  ExitCode run(Output output) throws IOException, InterruptedException {
    Journals journals = new Journals(journals(secrets()), SWEEPERS);
    if (watched != null) {
      new WatchdogDuty(journals, watched, ProcessHandle.current().parent())
          .run(System.in, context().out());
      return ExitCode.OK;
    }
    Journals.Sweep sweep = journals.sweep();
    sweep.swept().forEach(each -> tell(each, output));
    sweep.failures().forEach(output::warn);
    output.json(
        "result",
        json ->
            json.put("swept", sweep.swept().size())
                .put("failed", sweep.failures().size())
                .put("underWay", sweep.busy()));
    output.line(
        "Swept %d, failed %d, under way %d"
            .formatted(sweep.swept().size(), sweep.failures().size(), sweep.busy()));
    return sweep.failures().isEmpty() ? ExitCode.OK : ExitCode.LEFT_BEHIND;
  }

  private static void tell(Swept swept, Output output) {
    output.json(
        "swept",
        json ->
            json.put("kind", swept.kind())
                .put("checkpoint", swept.id())
                .put("actions", String.join("; ", swept.actions())));
    output.line("Checkpoint " + swept.id() + " of " + swept.kind());
    swept.actions().forEach(action -> output.line("  " + action));
  }
}
