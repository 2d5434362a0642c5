package dozo.cli;

import dozo.cli.config.ConfigException;
import dozo.cli.console.Output;
import dozo.cli.server.ServerSettings;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command {@code dozo config check}. */
@Command(
    name = "check",
    description = {
      "Tell every mistake in a server's configuration, with its line and what is allowed there.",
      "",
      "Takes the options of 'dozo server', which are checked with the file. Nothing is opened but"
          + " the file and what it names as a plan of upkeep; no secret is asked for."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo config check",
      "  dozo config check --config /etc/dozo/second.yaml --listen 8480"
    })
final class ConfigCheckCommand extends DozoCommand {

  @Mixin private final ServerArguments arguments = new ServerArguments();

  ConfigCheckCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws IOException {
    ServerSettings settings;
    try {
      settings = arguments.read(secrets(), isDebug());
    } catch (ConfigException e) {
      MistakesJson.write(output, e.mistakes());
      throw e;
    }
    MistakesJson.write(output, List.of());
    output.line(
        settings
            .file()
            .map(file -> "The configuration " + file + " is in order")
            .orElse("There is no configuration file; what options say is in order"));
    return ExitCode.OK;
  }
}
