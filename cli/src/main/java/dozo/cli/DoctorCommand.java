package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Quantity;
import dozo.cli.doctor.Examination;
import dozo.cli.doctor.Finding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code dozo doctor}. */
@Command(
    name = "doctor",
    description = {
      "Look whether this machine can run Dozo, and say what to do where it cannot.",
      "",
      "Run it as the user that the server runs as. It changes nothing. It ends with 0 if nothing"
          + " keeps Dozo from working, which warnings do not, and with 26 otherwise."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo doctor",
      "  sudo -u dozo dozo doctor --data /var/lib/dozo --key-file /etc/dozo/key"
    })
final class DoctorCommand extends DozoCommand {

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "A directory where data is or shall be; may be given several times.")
  private List<Path> data = List.of();

  @Option(names = "--key-file", paramLabel = "FILE", description = "The key file of the server.")
  private @Nullable Path keyFile;

  DoctorCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) {
    List<Finding> findings = new ArrayList<>();
    new Examination(
            Path.of(System.getProperty("java.io.tmpdir")),
            Path.of("/proc/self"),
            data,
            Optional.ofNullable(keyFile))
        .run(finding -> {
          findings.add(finding);
          report(finding, output);
        });
    int problems = count(findings, Finding.State.PROBLEM);
    int warnings = count(findings, Finding.State.WARNING);
    output.json(
        "result",
        json ->
            json.put("fit", problems == 0)
                .put("checks", findings.size())
                .put("warnings", warnings)
                .put("problems", problems));
    output.line("");
    output.line(
        problems == 0
            ? "Dozo works here"
                + (warnings == 0 ? "" : ", with " + Quantity.count(warnings, "warning"))
            : "Dozo does not work here: " + Quantity.count(problems, "problem"));
    return problems == 0 ? ExitCode.OK : ExitCode.UNFIT;
  }

  private static int count(List<Finding> findings, Finding.State state) {
    return (int) findings.stream().filter(finding -> finding.state() == state).count();
  }

  private static void report(Finding finding, Output output) {
    output.json(
        "check",
        json -> {
          json.put("name", finding.name())
              .put("state", finding.state().word())
              .put("found", finding.found());
          if (!finding.cure().isEmpty()) {
            json.put("cure", finding.cure());
          }
        });
    String word =
        switch (finding.state()) {
          case OK -> "ok      ";
          case WARNING -> "WARNING ";
          case PROBLEM -> "PROBLEM ";
        };
    output.line(word + finding.name() + ": " + finding.found());
    if (!finding.cure().isEmpty()) {
      output.line("        What to do: " + finding.cure());
    }
  }
}
