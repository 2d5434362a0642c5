package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Table;
import java.io.IOException;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code dozo notify list}. */
@Command(
    name = "list",
    description = "List the channels of a server, and how they do.",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {"  dozo notify list", "  dozo notify list --json"})
final class NotifyListCommand extends NotifyPart {

  NotifyListCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(AdminClient client, Output output) throws IOException {
    ObjectNode answer = client.get("/notifications");
    output.json("channels", json -> json.putJson("channels", answer.path("channels").toString()));
    Table table = new Table("CHANNEL", "TYPE", "WHERE TO", " WAITING", "LAST SUCCESS", "STATE");
    for (JsonNode each : answer.path("channels")) {
      table.row(
          text(each, "name"),
          text(each, "type"),
          text(each, "target"),
          text(each, "waiting"),
          text(each.path("lastSuccess"), "at"),
          state(each));
    }
    output.table(table);
    if (answer.path("channels").isEmpty()) {
      output.notice("No channel is set up. docs/notifications.md says how.");
    }
    return ExitCode.OK;
  }

  private static String state(JsonNode channel) {
    if (channel.has("failingSince")) {
      return "failing since %s: %s"
          .formatted(text(channel, "failingSince"), text(channel.path("lastFailure"), "said"));
    }
    return channel.has("lastSuccess") ? "works" : "never used";
  }
}
