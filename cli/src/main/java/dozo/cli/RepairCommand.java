package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Progress;
import dozo.cli.console.Quantity;
import dozo.format.key.KeySource;
import dozo.format.manifest.RestorePoint;
import dozo.repository.Repository;
import dozo.repository.RepositoryOptions;
import dozo.repository.repair.RepairReport;
import dozo.repository.work.StopSignal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code dozo repair}. */
@Command(
    name = "repair",
    description = {
      "Read everything, repair what parity can bring back, and tell what is lost.",
      "",
      "A repaired pack equals the one that was written, bit for bit. What is lost is told by restore"
          + " point, disk and range; a backup that brings the same data again heals it. A server that"
          + " has the repository open is stopped first."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo repair --repository /srv/dozo",
      "  dozo repair --repository /srv/dozo --rebuild-index"
    })
final class RepairCommand extends DozoCommand {

  @ArgGroup(validate = false, heading = "%nRepository:%n", order = 10)
  private DirectoryOptions directory = new DirectoryOptions();

  @Option(
      names = "--rebuild-index",
      description = "Make the index anew from the packs first. It is never needed to lose nothing.")
  private boolean rebuildsIndex;

  RepairCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws IOException {
    Path path = directory.requireDirectory(secrets());
    try (KeySource source = directory.source(secrets())) {
      if (rebuildsIndex) {
        Repository.discardIndex(path);
      }
      try (Repository repository = Repository.open(path, source, RepositoryOptions.standard())) {
        return repair(repository, output);
      }
    }
  }

  private static ExitCode repair(Repository repository, Output output) throws IOException {
    StopSignal stop = new StopSignal();
    try (Interruption _ = Interruption.cancels(stop::stop)) {
      List<RestorePoint> points = repository.restorePoints();
      RepairReport report;
      try (Progress progress = Progress.open(output, "repair")) {
        report = repository.repair(VerifyFindings.show(progress), stop);
      }
      VerifyFindings left = VerifyFindings.of(report.verified(), points);
      report(report, left, output); // Before the process may end, if it was told to.
      return report.left().isEmpty() ? left.code() : ExitCode.DAMAGED;
    }
  }

  private static void report(RepairReport report, VerifyFindings left, Output output) {
    output.json(
        "result",
        json ->
            json.put("repaired", report.repaired().stream().map(Object::toString).toList())
                .put("left", report.left().stream().map(pack -> pack.id().toString()).toList())
                .put("damages", left.damages(), VerifyFindings::json)
                .put("moreDamages", left.moreDamages())
                .put("brokenFiles", report.verified().brokenFiles())
                .put("stopped", left.isStopped())
                .put("whole", report.isWhole()));
    report.repaired().forEach(pack -> output.line("REPAIRED pack " + pack));
    report.left().forEach(pack -> output.line("LEFT pack " + pack.id() + ": " + pack.reason()));
    report.verified().brokenFiles().forEach(file -> output.line("BROKEN " + file));
    left.damages().forEach(damage -> output.line("LOST " + damage));
    if (left.moreDamages() > 0) {
      output.line("and " + Quantity.count(left.moreDamages(), "more lost range"));
    }
    output.line(
        "%s%s repaired, %s left: %s"
            .formatted(
                left.isStopped() ? "Stopped: " : "",
                Quantity.count(report.repaired().size(), "pack"),
                Quantity.count(report.left().size(), "damaged pack"),
                report.isWhole()
                    ? "every restore point can be read whole"
                    : Quantity.count(
                            report.verified().brokenRestorePoints().size(), "restore point")
                        + " cannot be read whole"));
    left.advice().ifPresent(output::notice);
  }
}
