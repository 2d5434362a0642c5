package dozo.cli;

import dozo.cli.console.Output;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code dozo approvals approve}. */
@Command(
    name = "approve",
    description = {
      "Have something done that another admin asked for.",
      "",
      "It takes an admin's token for all VMs that was there when it was asked for, and that neither"
          + " the asker nor who made them has made."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExample:%n",
    footer = "  dozo approvals show 7f3c && dozo approvals approve 7f3c")
final class ApprovalsApproveCommand extends ApprovalsPart {

  @Parameters(paramLabel = "REQUEST", description = "Its id; the beginning is enough.")
  private String id = "";

  @Option(
      names = "--digest",
      paramLabel = "HEX",
      description = "Only if it is still the request of this digest, as 'show' tells it.")
  private @Nullable String digest;

  ApprovalsApproveCommand(Context context) {
    super(context);
  }

  @Override
  void run(AdminClient client, Output output) throws IOException {
    ObjectNode request = find(client, id);
    ObjectNode approval =
        JsonNodeFactory.instance
            .objectNode()
            .put("digest", digest == null ? text(request, "digest") : digest);
    print(client.post(PATH + "/" + text(request, "id") + "/approve", approval), output);
  }
}
