package dozo.cli;

import dozo.cli.secret.SecretReader;
import dozo.server.ServerConfiguration;
import java.io.IOException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that say which repository to look after: a running server's, or a bare directory. */
final class UpkeepOptions {

  @Mixin private final AccessOptions access = new AccessOptions();

  @Option(
      names = "--admin-port",
      paramLabel = "PORT",
      description =
          "With --server: the port of its admin API; "
              + ServerConfiguration.DEFAULT_ADMIN_PORT
              + ".")
  private int adminPort = ServerConfiguration.DEFAULT_ADMIN_PORT;

  Upkeep open(SecretReader secrets) throws IOException {
    if (access.isDirectory(secrets)) {
      return DirectoryUpkeep.open(access.directory(), secrets);
    }
    return ServerUpkeep.open(access.settings(secrets), adminPort);
  }
}
