package dozo.cli;

import dozo.cli.console.Output;
import dozo.server.ServerConfiguration;
import java.io.IOException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** What the commands have in common that ask a server about its notifications. */
abstract class NotifyPart extends DozoCommand {

  @ArgGroup(validate = false, heading = "%nServer:%n", order = 10)
  private ServerOptions server = new ServerOptions();

  @Option(
      names = "--admin-port",
      paramLabel = "PORT",
      description = "The port of its admin API; " + ServerConfiguration.DEFAULT_ADMIN_PORT + ".")
  private int adminPort = ServerConfiguration.DEFAULT_ADMIN_PORT;

  NotifyPart(Context context) {
    super(context);
  }

  abstract ExitCode run(AdminClient client, Output output) throws IOException;

  @Override
  final ExitCode run(Output output) throws IOException {
    try (AdminClient client = AdminClient.open(server.settings(secrets()), adminPort)) {
      return run(client, output);
    }
  }

  /** A text of an answer, for a terminal. */
  static String text(JsonNode node, String name) {
    return node.path(name).asString("").replaceAll("\\p{Cntrl}", "?");
  }
}
