package dozo.cli;

import dozo.cli.console.Output;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The command {@code dozo show}. */
@Command(
    name = "show",
    description = "Show what a restore point holds and how consistent it is.",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo show web                    the latest of the VM web",
      "  dozo show 019aaa2c --json        one restore point, for a script"
    })
final class ShowCommand extends DozoCommand {

  @Mixin private final AccessOptions access = new AccessOptions();

  @Parameters(paramLabel = "POINT", description = Selection.DESCRIPTION)
  private String point = "";

  ShowCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws IOException {
    try (Access open = access.open(secrets())) {
      PointReport.print(Selection.one(open, point), output);
    }
    return ExitCode.OK;
  }
}
