package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.server.ServerFile;
import java.io.IOException;
import picocli.CommandLine.Command;

/** The command {@code dozo config example}. */
@Command(
    name = "example",
    description =
        "Print a server's configuration with everything that may stand in one, what it means, and"
            + " its default.",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = "  dozo config example > /etc/dozo/server.yaml")
final class ConfigExampleCommand extends DozoCommand {

  ConfigExampleCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws IOException {
    String text = ServerFile.example();
    output.json("example", json -> json.put("text", text));
    text.lines().forEach(output::line);
    return ExitCode.OK;
  }
}
