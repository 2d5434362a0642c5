package dozo.cli;

import dozo.cli.console.Output;
import java.io.IOException;
import picocli.CommandLine.Command;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code dozo clock show}. */
@Command(
    name = "show",
    description = "Show what the server's clock shows, and whether it is believed.",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExample:%n",
    footer = "  dozo clock show")
final class ClockShowCommand extends AdminPart {

  ClockShowCommand(Context context) {
    super(context);
  }

  @Override
  void run(AdminClient client, Output output) throws IOException {
    print(client.get("/clock"), output);
  }

  /** Tells what a server answered. */
  static void print(ObjectNode clock, Output output) {
    UpkeepCommand.json(output, "clock", clock);
    output.line("The server's clock shows " + UpkeepCommand.text(clock, "now"));
    if (clock.has("text")) {
      output.warn(UpkeepCommand.text(clock, "text"));
    }
  }
}
