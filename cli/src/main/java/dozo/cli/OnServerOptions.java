package dozo.cli;

import dozo.protocol.client.ConnectionSettings;
import dozo.server.ServerConfiguration;
import java.io.IOException;
import picocli.CommandLine.Option;

/** Options that have a server do something on its own host, instead of doing it here. */
final class OnServerOptions {

  @Option(
      names = "--on-server",
      description = "Have the server do it on its own host, through its admin API.")
  private boolean onServer;

  @Option(
      names = "--admin-port",
      paramLabel = "PORT",
      description =
          "With --on-server: the port of its admin API; "
              + ServerConfiguration.DEFAULT_ADMIN_PORT
              + ".")
  private int adminPort = ServerConfiguration.DEFAULT_ADMIN_PORT;

  boolean isGiven() {
    return onServer;
  }

  /** Prepares to ask the server that the settings name. */
  AdminClient open(ConnectionSettings settings) throws IOException {
    return AdminClient.open(settings, adminPort);
  }
}
