package dozo.cli;

import dozo.cli.console.Output;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;

/** The command {@code dozo key} and its parts. */
@Command(
    name = "key",
    description = {
      "List and change what opens a repository.",
      "",
      "Each key slot opens the repository with a passphrase or a key file of its own. No data is"
          + " written anew when slots change. A server that has the repository open is stopped"
          + " first."
    },
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo key list --repository /srv/dozo",
      "  dozo key add --repository /srv/dozo --new-key-file /root/dozo.key --label spare",
      "  dozo key passwd --repository /srv/dozo",
      "  dozo key sheet --repository /srv/dozo | lp"
    })
final class KeyCommand extends DozoCommand implements CommandGroup {

  KeyCommand(Context context) {
    super(context);
  }

  @Override
  public Map<String, Object> parts() {
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("list", new KeyListCommand(context()));
    parts.put("add", new KeyAddCommand(context()));
    parts.put("remove", new KeyRemoveCommand(context()));
    parts.put("passwd", new KeyPasswdCommand(context()));
    parts.put("epoch", new KeyEpochCommand(context()));
    parts.put("sheet", new KeySheetCommand(context()));
    return parts;
  }

  @Override
  ExitCode run(Output output) {
    throw misuse("Say which: dozo key list, add, remove, passwd, epoch or sheet");
  }
}
