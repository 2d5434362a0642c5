package dozo.cli;

import dozo.cli.console.Output;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;

/** The command {@code dozo user}. */
@Command(
    name = "user",
    description = {
      "Say who may log in to the server's admin API and page, with a password.",
      "",
      "A server that runs takes note at once. Programs have tokens instead: 'dozo token'."
    },
    optionListHeading = "%nOptions:%n",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo user add --repository /srv/dozo --role admin anna",
      "  dozo user list --repository /srv/dozo",
      "  dozo user password --repository /srv/dozo anna",
      "  dozo user remove --repository /srv/dozo anna"
    })
final class UserCommand extends DozoCommand implements CommandGroup {

  UserCommand(Context context) {
    super(context);
  }

  @Override
  public Map<String, Object> parts() {
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("add", new UserAddCommand(context()));
    parts.put("list", new UserListCommand(context()));
    parts.put("password", new UserPasswordCommand(context()));
    parts.put("remove", new UserRemoveCommand(context()));
    return parts;
  }

  @Override
  ExitCode run(Output output) {
    throw misuse("Say which: dozo user add, list, password or remove");
  }
}
