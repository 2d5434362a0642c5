package dozo.cli;

import dozo.cli.console.Output;
import dozo.format.key.Argon2Cost;
import dozo.format.key.SlotSecret;
import dozo.repository.Repository;
import java.io.IOException;
import java.util.UUID;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;

/** The command {@code dozo key passwd}. */
@Command(
    name = "passwd",
    description = {
      "Change the passphrase or key file of the slot that opens the repository.",
      "",
      "The new one is in force before the old one goes: there is no instant at which neither"
          + " opens."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExample:%n",
    footer = "  dozo key passwd --repository /srv/dozo")
final class KeyPasswdCommand extends KeyPart {

  @ArgGroup(validate = false, heading = "%nThe new one:%n", order = 20)
  private NewSecretOptions fresh = new NewSecretOptions();

  KeyPasswdCommand(Context context) {
    super(context);
  }

  @Override
  void run(Repository repository, Output output) throws IOException {
    if (!repository.keys().isOpenedBySlot()) {
      throw misuse("An emergency sheet is no key slot: add one with 'dozo key add'");
    }
    UUID old = repository.keys().openedSlot();
    String label = find(repository, old.toString()).label();
    try (SlotSecret secret = fresh.secret(secrets())) {
      repository.keys().replaceSlot(old, secret, Argon2Cost.DEFAULT, label);
    }
    audit("replace-key", old.toString());
    print(repository, output);
  }
}
