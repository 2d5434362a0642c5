package dozo.cli;

import dozo.cli.console.Output;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** The command {@code dozo completion}. */
@Command(
    name = "completion",
    description = "Print a completion script for bash and zsh.",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {"  source <(dozo completion)", "  dozo completion > /etc/bash_completion.d/dozo"})
final class CompletionCommand extends DozoCommand {

  CompletionCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) {
    String script = AutoComplete.bash("dozo", Main.commandLine(context(), ""));
    output.json("completion", json -> json.put("script", script));
    script.lines().forEach(output::line);
    return ExitCode.OK;
  }
}
