package dozo.cli;

import dozo.cli.console.Output;
import dozo.repository.Repository;
import java.io.IOException;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The command {@code dozo key remove}. */
@Command(
    name = "remove",
    description = "Remove a key slot; what opened it opens nothing from then on.",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExample:%n",
    footer = "  dozo key remove --repository /srv/dozo spare")
final class KeyRemoveCommand extends KeyPart {

  @Parameters(paramLabel = "SLOT", description = "Its label, or its id or the beginning of it.")
  private String slot = "";

  KeyRemoveCommand(Context context) {
    super(context);
  }

  @Override
  void run(Repository repository, Output output) throws IOException {
    UUID id = find(repository, slot).id();
    repository.keys().removeSlot(id);
    audit("remove-key", id.toString());
    print(repository, output);
  }
}
