package dozo.cli;

import dozo.cli.secret.SecretKind;
import dozo.cli.secret.SecretPlace;
import dozo.cli.secret.SecretReader;
import dozo.format.key.Passphrase;
import dozo.format.key.SlotSecret;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say what a new slot opens with. */
final class NewSecretOptions {

  @Option(
      names = "--new-key-file",
      paramLabel = "FILE",
      description = "Make a key file there, instead of taking a passphrase.")
  private @Nullable Path keyFile;

  @Option(
      names = "--new-passphrase-file",
      paramLabel = "FILE",
      description =
          "The file with the new passphrase; asked for if nothing says where it is."
              + " [DOZO_NEW_PASSPHRASE_FILE, DOZO_NEW_PASSPHRASE]")
  private @Nullable Path passphraseFile;

  @Option(
      names = "--new-passphrase-command",
      paramLabel = "COMMAND",
      description = "A command that prints it. [DOZO_NEW_PASSPHRASE_COMMAND]")
  private @Nullable String passphraseCommand;

  @Option(
      names = "--new-passphrase-fd",
      paramLabel = "N",
      description = "An open file descriptor to read it from.")
  private @Nullable Integer passphraseDescriptor;

  SlotSecret secret(SecretReader secrets) throws IOException {
    SecretPlace option =
        SecretPlace.of(
            SecretKind.NEW_PASSPHRASE, passphraseFile, passphraseDescriptor, passphraseCommand);
    if (keyFile != null && option != null) {
      throw new IllegalArgumentException("Give a new passphrase or --new-key-file, not both");
    }
    if (keyFile != null) {
      return KeyFiles.create(keyFile);
    }
    char[] passphrase =
        secrets.read(
            SecretKind.NEW_PASSPHRASE,
            secrets.placeOrTerminal(SecretKind.NEW_PASSPHRASE, option, true));
    try {
      return Passphrase.of(passphrase);
    } finally {
      Arrays.fill(passphrase, ' ');
    }
  }
}
