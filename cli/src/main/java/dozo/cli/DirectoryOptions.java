package dozo.cli;

import dozo.cli.secret.SecretKind;
import dozo.cli.secret.SecretPlace;
import dozo.cli.secret.SecretReader;
import dozo.cli.server.DataDirectory;
import dozo.format.key.EmergencySheet;
import dozo.format.key.KeySource;
import dozo.format.key.Passphrase;
import dozo.format.key.SlotSecret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say which repository directory, and what opens it. */
final class DirectoryOptions {

  private static final String REPOSITORY = "DOZO_REPOSITORY";
  private static final String IDENTITY = "repository.dozo";
  private static final String KEY_FILE = "DOZO_KEY_FILE";

  @Option(
      names = {"-r", "--repository"},
      paramLabel = "DIR",
      description =
          "The repository's directory, or the data directory of its server. [DOZO_REPOSITORY]")
  private @Nullable Path repository;

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description =
          "The file with its passphrase; asked for if nothing says where it is."
              + " [DOZO_PASSPHRASE_FILE, DOZO_PASSPHRASE]")
  private @Nullable Path passphraseFile;

  @Option(
      names = "--passphrase-command",
      paramLabel = "COMMAND",
      description = "A command that prints the passphrase. [DOZO_PASSPHRASE_COMMAND]")
  private @Nullable String passphraseCommand;

  @Option(
      names = "--passphrase-fd",
      paramLabel = "N",
      description = "An open file descriptor to read the passphrase from.")
  private @Nullable Integer passphraseDescriptor;

  @Option(
      names = "--key-file",
      paramLabel = "FILE",
      description = "A key file that opens it, instead of a passphrase. [DOZO_KEY_FILE]")
  private @Nullable Path keyFile;

  @Option(
      names = "--emergency-sheet",
      paramLabel = "FILE",
      description =
          "The lines of its emergency sheet, typed from paper, when no passphrase or key file is"
              + " left.")
  private @Nullable Path emergencySheet;

  /** Whether an option names a directory. */
  boolean isGiven() {
    return repository != null;
  }

  /** The directory that an option or the environment names. */
  Optional<Path> directory(SecretReader secrets) {
    return directory(repository, secrets);
  }

  private static Optional<Path> directory(@Nullable Path given, SecretReader secrets) {
    Optional<Path> named =
        given != null ? Optional.of(given) : secrets.variable(REPOSITORY).map(Path::of);
    return named.map(DirectoryOptions::within);
  }

  /** A server's data directory stands for the repository in it. */
  private static Path within(Path directory) {
    Path inside = directory.resolve(DataDirectory.REPOSITORY);
    return !Files.exists(directory.resolve(IDENTITY)) && Files.exists(inside.resolve(IDENTITY))
        ? inside
        : directory;
  }

  /** Notes what these and the environment say, as keys of a server's configuration. */
  void giveTo(Overrides overrides, SecretReader secrets) {
    String passphrase = SecretKind.PASSPHRASE.variable();
    overrides.variable(REPOSITORY, "repository", directory(null, secrets));
    Optional<SecretPlace> place = secrets.place(SecretKind.PASSPHRASE, null);
    if (place.isEmpty()) {
      overrides.variable(KEY_FILE, "unlock.key-file", secrets.variable(KEY_FILE).map(Path::of));
    } else {
      switch (place.get()) {
        case SecretPlace.InFile(Path file) ->
            overrides.variable(passphrase + "_FILE", "unlock.passphrase-file", Optional.of(file));
        case SecretPlace.FromCommand(String command) ->
            overrides.variable(
                passphrase + "_COMMAND", "unlock.passphrase-command", Optional.of(command));
        case SecretPlace.InVariable(String name) ->
            overrides.variable(passphrase, "unlock.passphrase-variable", Optional.of(name));
        case SecretPlace.InDescriptor _, SecretPlace.AtTerminal _ -> {}
      }
    }
    overrides.option("--repository", "repository", repository == null ? null : within(repository));
    overrides.option("--key-file", "unlock.key-file", keyFile);
    overrides.option("--passphrase-file", "unlock.passphrase-file", passphraseFile);
    overrides.option("--passphrase-command", "unlock.passphrase-command", passphraseCommand);
    if (passphraseDescriptor != null) {
      overrides.option(
          "--passphrase-fd",
          "unlock.passphrase-file",
          Path.of("/dev/fd", passphraseDescriptor.toString()));
    }
  }

  /**
   * The directory.
   *
   * @throws IllegalArgumentException if nothing names one
   */
  Path requireDirectory(SecretReader secrets) {
    return requireDirectory(repository, secrets);
  }

  /**
   * The directory that is given or that the environment names.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Path requireDirectory(@Nullable Path given, SecretReader secrets) {
    return directory(given, secrets)
        .orElseThrow(() -> new IllegalArgumentException("Say which --repository to use"));
  }

  /** The passphrase, if a person has to be asked for it. */
  Optional<TypedSecret> typedSecret(SecretReader secrets) throws IOException {
    boolean told =
        keyFile != null
            || emergencySheet != null
            || passphraseFile != null
            || passphraseCommand != null
            || passphraseDescriptor != null
            || secrets.variable(KEY_FILE).isPresent()
            || secrets.place(SecretKind.PASSPHRASE, null).isPresent();
    return told
        ? Optional.empty()
        : Optional.of(TypedSecret.ask(SecretKind.PASSPHRASE, "--passphrase-fd", secrets));
  }

  /** What opens a repository that is there, for the caller to close. */
  KeySource source(SecretReader secrets) throws IOException {
    if (emergencySheet == null) {
      return secret(secrets, false);
    }
    if (keyFile != null || passphraseFile != null) {
      throw new IllegalArgumentException(
          "Give a passphrase, a --key-file or an --emergency-sheet, not two of them");
    }
    return EmergencySheet.parse(SheetFile.read(emergencySheet));
  }

  /**
   * The secret of a slot, for the caller to close.
   *
   * @param isNew whether it is to be set rather than given: a person then types it twice
   */
  SlotSecret secret(SecretReader secrets, boolean isNew) throws IOException {
    SecretPlace option =
        SecretPlace.of(
            SecretKind.PASSPHRASE, passphraseFile, passphraseDescriptor, passphraseCommand);
    if (keyFile != null && option != null) {
      throw new IllegalArgumentException("Give a passphrase or a --key-file, not both");
    }
    if (keyFile != null) {
      return KeyFiles.read(keyFile);
    }
    if (option == null && secrets.place(SecretKind.PASSPHRASE, null).isEmpty()) {
      Optional<String> named = secrets.variable(KEY_FILE);
      if (named.isPresent()) {
        return KeyFiles.read(Path.of(named.get()));
      }
    }
    char[] passphrase =
        secrets.read(
            SecretKind.PASSPHRASE, secrets.placeOrTerminal(SecretKind.PASSPHRASE, option, isNew));
    try {
      return Passphrase.of(passphrase);
    } finally {
      Arrays.fill(passphrase, ' ');
    }
  }
}
