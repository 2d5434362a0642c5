package dozo.cli;

import dozo.cli.console.Output;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;

/** The command {@code dozo notify}. */
@Command(
    name = "notify",
    description = {
      "Show and try how a server tells its operators what they should know of.",
      "",
      "Channels are set up in the server's configuration; docs/notifications.md says how, and what"
          + " is told when."
    },
    optionListHeading = "%nOptions:%n",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo notify list                       which channels there are, and how they do",
      "  dozo notify test                       send a message by all of them now",
      "  dozo notify test ops                   by one"
    })
final class NotifyCommand extends DozoCommand implements CommandGroup {

  NotifyCommand(Context context) {
    super(context);
  }

  @Override
  public Map<String, Object> parts() {
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("list", new NotifyListCommand(context()));
    parts.put("test", new NotifyTestCommand(context()));
    return parts;
  }

  @Override
  ExitCode run(Output output) {
    throw misuse("Say which: dozo notify list or test");
  }
}
