package dozo.cli;

import dozo.cli.console.Output;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;

/** The command {@code dozo config} and its parts. */
@Command(
    name = "config",
    description = {
      "Look at the configuration of a server.",
      "",
      "It is a YAML file, /etc/dozo/server.yaml unless it is said otherwise, in which every key has"
          + " a default: docs/configuration.md lists them."
    },
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo config example > /etc/dozo/server.yaml",
      "  dozo config check",
      "  dozo config show --config /etc/dozo/second.yaml"
    })
final class ConfigCommand extends DozoCommand implements CommandGroup {

  ConfigCommand(Context context) {
    super(context);
  }

  @Override
  public Map<String, Object> parts() {
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("check", new ConfigCheckCommand(context()));
    parts.put("show", new ConfigShowCommand(context()));
    parts.put("example", new ConfigExampleCommand(context()));
    return parts;
  }

  @Override
  ExitCode run(Output output) {
    throw misuse("Say which: dozo config check, show or example");
  }
}
