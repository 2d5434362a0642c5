package dozo.cli;

import dozo.cli.console.Output;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code dozo approvals reject}. */
@Command(
    name = "reject",
    description = {
      "Have something never done that somebody asked for.",
      "",
      "Every operator and admin for all VMs may, and who asked."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExample:%n",
    footer = "  dozo approvals reject 7f3c --note 'nobody asked for that'")
final class ApprovalsRejectCommand extends ApprovalsPart {

  @Parameters(paramLabel = "REQUEST", description = "Its id; the beginning is enough.")
  private String id = "";

  @Option(names = "--note", paramLabel = "TEXT", description = "Why.")
  private String note = "";

  ApprovalsRejectCommand(Context context) {
    super(context);
  }

  @Override
  void run(AdminClient client, Output output) throws IOException {
    ObjectNode request = find(client, id);
    ObjectNode rejection = JsonNodeFactory.instance.objectNode().put("note", note);
    print(client.post(PATH + "/" + text(request, "id") + "/reject", rejection), output);
  }
}
