package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Table;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code dozo notify test}. */
@Command(
    name = "test",
    description = {
      "Have the server send a message now, and tell what the far end said.",
      "",
      "Takes an admin's token. Leaves with 1 if a channel does not work."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {"  dozo notify test", "  dozo notify test ops --json"})
final class NotifyTestCommand extends NotifyPart {

  @Parameters(
      arity = "0..1",
      paramLabel = "CHANNEL",
      description = "The channel to try. Default: all.")
  private @Nullable String channel;

  NotifyTestCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(AdminClient client, Output output) throws IOException {
    ObjectNode wish = JsonNodeFactory.instance.objectNode();
    if (channel != null) {
      wish.put("channel", channel);
    }
    ObjectNode answer = client.post("/notifications/test", wish);
    output.json("results", json -> json.putJson("results", answer.path("results").toString()));
    Table table = new Table("CHANNEL", "DELIVERED", "WHAT THE FAR END SAID");
    boolean all = true;
    for (JsonNode each : answer.path("results")) {
      boolean delivered = each.path("delivered").asBoolean(false);
      all &= delivered;
      table.row(text(each, "channel"), delivered ? "yes" : "NO", text(each, "said"));
    }
    output.table(table);
    return all ? ExitCode.OK : ExitCode.FAILURE;
  }
}
