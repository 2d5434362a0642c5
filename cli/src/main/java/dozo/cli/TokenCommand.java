package dozo.cli;

import dozo.cli.console.Output;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;

/** The command {@code dozo token}. */
@Command(
    name = "token",
    description = {
      "Make, list and revoke the tokens that let clients in.",
      "",
      "A server that runs takes note within seconds; it need not be stopped."
    },
    optionListHeading = "%nOptions:%n",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo token create --repository /srv/dozo --role backup --namespace default host1",
      "  dozo token list --repository /srv/dozo",
      "  dozo token revoke --repository /srv/dozo host1"
    })
final class TokenCommand extends DozoCommand implements CommandGroup {

  TokenCommand(Context context) {
    super(context);
  }

  @Override
  public Map<String, Object> parts() {
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("create", new TokenCreateCommand(context()));
    parts.put("list", new TokenListCommand(context()));
    parts.put("revoke", new TokenRevokeCommand(context()));
    return parts;
  }

  @Override
  ExitCode run(Output output) {
    throw misuse("Say which: dozo token create, list or revoke");
  }
}
