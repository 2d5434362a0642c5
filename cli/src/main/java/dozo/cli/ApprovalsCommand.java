package dozo.cli;

import dozo.cli.console.Output;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;

/** The command {@code dozo approvals}. */
@Command(
    name = "approvals",
    description = {
      "See to what admins asked for and what waits for a delay or a second admin.",
      "",
      "A server that was started with --protect-delay or --protect-approval does not at once"
          + " forget, prune, end holds or shorten retention."
    },
    optionListHeading = "%nOptions:%n",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo approvals list",
      "  dozo approvals approve 7f3c",
      "  dozo approvals reject 7f3c --note 'nobody asked for that'"
    })
final class ApprovalsCommand extends DozoCommand implements CommandGroup {

  ApprovalsCommand(Context context) {
    super(context);
  }

  @Override
  public Map<String, Object> parts() {
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("list", new ApprovalsListCommand(context()));
    parts.put("show", new ApprovalsShowCommand(context()));
    parts.put("approve", new ApprovalsApproveCommand(context()));
    parts.put("reject", new ApprovalsRejectCommand(context()));
    return parts;
  }

  @Override
  ExitCode run(Output output) {
    throw misuse("Say which: dozo approvals list, show, approve or reject");
  }
}
