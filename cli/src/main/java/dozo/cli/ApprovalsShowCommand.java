package dozo.cli;

import dozo.cli.console.Output;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The command {@code dozo approvals show}. */
@Command(
    name = "show",
    description = "Show exactly what was asked for, and what has become of it.",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExample:%n",
    footer = "  dozo approvals show 7f3c")
final class ApprovalsShowCommand extends ApprovalsPart {

  @Parameters(paramLabel = "REQUEST", description = "Its id; the beginning is enough.")
  private String id = "";

  ApprovalsShowCommand(Context context) {
    super(context);
  }

  @Override
  void run(AdminClient client, Output output) throws IOException {
    print(find(client, id), output);
  }
}
