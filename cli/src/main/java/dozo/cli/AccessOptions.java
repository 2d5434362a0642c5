package dozo.cli;

import dozo.cli.secret.SecretReader;
import dozo.protocol.client.ConnectionSettings;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;

/** Options of commands that work on a server and on a bare repository directory alike. */
final class AccessOptions {

  @ArgGroup(validate = false, heading = "%nOn a server:%n", order = 10)
  private ServerOptions server = new ServerOptions();

  @ArgGroup(validate = false, heading = "%nOr in a directory, without a server:%n", order = 11)
  private DirectoryOptions directory = new DirectoryOptions();

  /** Whether the restore points are in a directory. What options say wins over the environment. */
  boolean isDirectory(SecretReader secrets) {
    if (server.isGiven() && directory.isGiven()) {
      throw new IllegalArgumentException("Give --server or --repository, not both");
    }
    if (server.isGiven() || directory.isGiven()) {
      return directory.isGiven();
    }
    boolean named = directory.directory(secrets).isPresent();
    if (named && server.isNamed(secrets)) {
      throw new IllegalArgumentException(
          "DOZO_SERVER and DOZO_REPOSITORY are both set; say which by --server or --repository");
    }
    if (!named && !server.isNamed(secrets)) {
      throw new IllegalArgumentException(
          "Say where the restore points are: --server HOST, or --repository DIR");
    }
    return named;
  }

  /** The secret that a person has to type, asked for; empty if it comes from elsewhere. */
  Optional<TypedSecret> typedSecret(SecretReader secrets) throws IOException {
    return isDirectory(secrets) ? directory.typedSecret(secrets) : server.typedSecret(secrets);
  }

  /** The options of a directory. */
  DirectoryOptions directory() {
    return directory;
  }

  /** How to reach the server. */
  ConnectionSettings settings(SecretReader secrets) throws IOException {
    return server.settings(secrets);
  }

  /** Opens whatever the options name, for reading. */
  Access open(SecretReader secrets) throws IOException {
    return isDirectory(secrets)
        ? DirectoryAccess.open(directory, secrets)
        : ServerAccess.open(server.settings(secrets));
  }
}
