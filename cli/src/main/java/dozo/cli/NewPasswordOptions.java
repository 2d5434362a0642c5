package dozo.cli;

import dozo.cli.secret.SecretKind;
import dozo.cli.secret.SecretPlace;
import dozo.cli.secret.SecretReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say where a user's new password is. */
final class NewPasswordOptions {

  @Option(
      names = "--new-password-file",
      paramLabel = "FILE",
      description =
          "The file with the new password, of 12 characters or more; asked for if nothing says"
              + " where it is. [DOZO_NEW_PASSWORD_FILE, DOZO_NEW_PASSWORD]")
  private @Nullable Path file;

  @Option(
      names = "--new-password-command",
      paramLabel = "COMMAND",
      description = "A command that prints it. [DOZO_NEW_PASSWORD_COMMAND]")
  private @Nullable String command;

  @Option(
      names = "--new-password-fd",
      paramLabel = "N",
      description = "An open file descriptor to read it from.")
  private @Nullable Integer descriptor;

  String password(SecretReader secrets) throws IOException {
    SecretPlace option = SecretPlace.of(SecretKind.NEW_PASSWORD, file, descriptor, command);
    char[] password =
        secrets.read(
            SecretKind.NEW_PASSWORD,
            secrets.placeOrTerminal(SecretKind.NEW_PASSWORD, option, true));
    try {
      return new String(password);
    } finally {
      Arrays.fill(password, ' ');
    }
  }
}
