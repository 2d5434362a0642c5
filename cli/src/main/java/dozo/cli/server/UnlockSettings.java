package dozo.cli.server;

import dozo.cli.config.Section;
import dozo.cli.secret.SecretPlace;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What opens the repository; one of these at the most. Without any a person is asked.
 *
 * @param keyFile a key file
 * @param newKeyFile a key file that is made with the repository
 * @param passphrase where the passphrase is
 */
public record UnlockSettings(
    Optional<Path> keyFile, Optional<Path> newKeyFile, Optional<SecretPlace> passphrase) {

  private static final String KEY_FILE = "key-file";
  private static final String NEW_KEY_FILE = "new-key-file";
  private static final String FILE = "passphrase-file";
  private static final String COMMAND = "passphrase-command";
  private static final String VARIABLE = "passphrase-variable";

  static UnlockSettings read(Section section, Path directory) {
    section.alternatives(NEW_KEY_FILE, KEY_FILE, FILE, COMMAND, VARIABLE);
    Optional<SecretPlace> file =
        section.path(FILE).map(path -> new SecretPlace.InFile(directory.resolve(path)));
    Optional<SecretPlace> command = section.text(COMMAND).map(SecretPlace.FromCommand::new);
    Optional<SecretPlace> variable = section.text(VARIABLE).map(SecretPlace.InVariable::new);
    return new UnlockSettings(
        section.path(KEY_FILE).map(directory::resolve),
        section.path(NEW_KEY_FILE).map(directory::resolve),
        file.or(() -> command).or(() -> variable));
  }
}
