package dozo.cli;

import dozo.cli.console.Output;
import dozo.format.manifest.RestorePoint;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The command {@code dozo forget}. */
@Command(
    name = "forget",
    description = {
      "Forget restore points by their ids, whatever a policy says.",
      "",
      "What is pinned, held or being read is refused. 'dozo undelete' brings back what was"
          + " forgotten, until 'dozo sweep' finds that its time in the trash is over."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo forget 019aaa2c                          on the server, with an admin's token",
      "  dozo forget 019aaa2c --repository /srv/dozo   while no server runs"
    })
final class ForgetCommand extends UpkeepCommand {

  @Parameters(paramLabel = "POINT", arity = "1..*", description = Selection.DESCRIPTION)
  private List<String> points = List.of();

  ForgetCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Upkeep upkeep, Output output) throws IOException {
    ExitCode code = ExitCode.OK;
    for (RestorePoint point : select(upkeep, points)) {
      try {
        upkeep.forget(point.id());
        output.json("forgotten", json -> json.put("id", point.id().toString()));
        output.line("Forgot " + point.id() + " of " + PointReport.vm(point.vm()));
      } catch (WaitsException e) {
        code = waits(e, output);
      }
    }
    return code;
  }
}
