package dozo.cli;

import dozo.cli.console.Output;
import java.io.IOException;
import java.time.Instant;
import picocli.CommandLine.Command;
import tools.jackson.databind.node.JsonNodeFactory;

/** The command {@code dozo clock confirm}. */
@Command(
    name = "confirm",
    description = {
      "Have a server believe its clock after a jump.",
      "",
      "This host's clock must show the same time to five minutes. It takes an admin's token."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExample:%n",
    footer = "  dozo clock show && dozo clock confirm")
final class ClockConfirmCommand extends AdminPart {

  ClockConfirmCommand(Context context) {
    super(context);
  }

  @Override
  void run(AdminClient client, Output output) throws IOException {
    ClockShowCommand.print(
        client.post(
            "/clock/confirm",
            JsonNodeFactory.instance.objectNode().put("time", Instant.now().toString())),
        output);
  }
}
