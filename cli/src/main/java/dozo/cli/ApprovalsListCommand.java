package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Quantity;
import dozo.cli.console.Table;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code dozo approvals list}. */
@Command(
    name = "list",
    description = {
      "List what was asked for and waits.",
      "",
      "LEFT says how much longer the server has to run until it is done by itself, or, where only"
          + " another admin can have it done, until it lapses."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {"  dozo approvals list", "  dozo approvals list --all --json"})
final class ApprovalsListCommand extends ApprovalsPart {

  @Option(names = "--all", description = "Also what has ended: the last 200.")
  private boolean all;

  ApprovalsListCommand(Context context) {
    super(context);
  }

  @Override
  void run(AdminClient client, Output output) throws IOException {
    List<ObjectNode> shown =
        all(client).stream().filter(each -> all || !each.has("ended")).toList();
    UpkeepCommand.json(output, "approvals", shown);
    if (shown.isEmpty()) {
      output.notice("Nothing waits.");
      return;
    }
    Table table = new Table("REQUEST", "STATE", "ASKED", "BY", "LEFT", "WHAT");
    for (ObjectNode request : shown) {
      table.row(
          text(request, "id"),
          text(request, "state"),
          PointReport.time(Instant.parse(text(request, "asked"))),
          text(request.path("by"), "name"),
          request.has("leftSeconds")
              ? Quantity.time(Duration.ofSeconds(UpkeepCommand.number(request, "leftSeconds")))
              : "",
          text(request, "text"));
    }
    output.table(table);
  }
}
