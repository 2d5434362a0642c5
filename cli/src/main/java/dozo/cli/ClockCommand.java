package dozo.cli;

import dozo.cli.console.Output;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;

/** The command {@code dozo clock}. */
@Command(
    name = "clock",
    description = {
      "See to a server's clock after a jump.",
      "",
      "A server whose clock went back, or far forward, forgets nothing and keeps what is in the"
          + " trash until an admin has confirmed the time."
    },
    optionListHeading = "%nOptions:%n",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {"  dozo clock show", "  dozo clock confirm"})
final class ClockCommand extends DozoCommand implements CommandGroup {

  ClockCommand(Context context) {
    super(context);
  }

  @Override
  public Map<String, Object> parts() {
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("show", new ClockShowCommand(context()));
    parts.put("confirm", new ClockConfirmCommand(context()));
    return parts;
  }

  @Override
  ExitCode run(Output output) {
    throw misuse("Say which: dozo clock show or confirm");
  }
}
