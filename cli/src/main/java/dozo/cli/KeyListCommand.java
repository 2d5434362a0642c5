package dozo.cli;

import dozo.cli.console.Output;
import dozo.repository.Repository;
import picocli.CommandLine.Command;

/** The command {@code dozo key list}. */
@Command(
    name = "list",
    description = "List the key slots.",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExample:%n",
    footer = "  dozo key list --repository /srv/dozo --json")
final class KeyListCommand extends KeyPart {
  KeyListCommand(Context context) {
    super(context);
  }

  @Override
  void run(Repository repository, Output output) {
    print(repository, output);
  }
}
