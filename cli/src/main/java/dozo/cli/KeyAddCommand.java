package dozo.cli;

import dozo.cli.console.Output;
import dozo.format.key.Argon2Cost;
import dozo.format.key.SlotSecret;
import dozo.repository.Repository;
import java.io.IOException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code dozo key add}. */
@Command(
    name = "add",
    description = "Add a key slot with a passphrase or a key file of its own.",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExample:%n",
    footer = "  dozo key add --repository /srv/dozo --new-key-file /root/dozo.key --label spare")
final class KeyAddCommand extends KeyPart {

  @ArgGroup(validate = false, heading = "%nThe new slot:%n", order = 20)
  private NewSecretOptions fresh = new NewSecretOptions();

  @Option(
      names = "--label",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "What to call it.")
  private String label = "";

  KeyAddCommand(Context context) {
    super(context);
  }

  @Override
  void run(Repository repository, Output output) throws IOException {
    try (SlotSecret secret = fresh.secret(secrets())) {
      repository.keys().addSlot(secret, Argon2Cost.DEFAULT, label);
    }
    audit("add-key", label);
    print(repository, output);
  }
}
