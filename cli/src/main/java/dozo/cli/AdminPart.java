package dozo.cli;

import dozo.cli.console.Output;
import dozo.server.ServerConfiguration;
import java.io.IOException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What commands have in common that only a server's admin API can answer. */
abstract class AdminPart extends DozoCommand {

  @ArgGroup(validate = false, heading = "%nServer:%n", order = 10)
  private ServerOptions server = new ServerOptions();

  @Option(
      names = "--admin-port",
      paramLabel = "PORT",
      description = "The port of its admin API; " + ServerConfiguration.DEFAULT_ADMIN_PORT + ".")
  private int adminPort = ServerConfiguration.DEFAULT_ADMIN_PORT;

  AdminPart(Context context) {
    super(context);
  }

  abstract void run(AdminClient client, Output output) throws IOException;

  @Override
  final ExitCode run(Output output) throws IOException {
    try (AdminClient client = AdminClient.open(server.settings(secrets()), adminPort)) {
      run(client, output);
    }
    return ExitCode.OK;
  }
}
