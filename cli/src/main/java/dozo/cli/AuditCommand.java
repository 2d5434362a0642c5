package dozo.cli;

import dozo.cli.console.Output;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;

/** The command {@code dozo audit}. */
@Command(
    name = "audit",
    description = {
      "Show and verify the log of who did what to a repository.",
      "",
      "It takes no key and no passphrase, only the right to read the directory, and may be done"
          + " while a server runs. docs/audit.md says what is written and when."
    },
    optionListHeading = "%nOptions:%n",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo audit list --repository /srv/dozo --last 20",
      "  dozo audit list --repository /srv/dozo --action forget --json",
      "  dozo audit verify --repository /srv/dozo"
    })
final class AuditCommand extends DozoCommand implements CommandGroup {

  AuditCommand(Context context) {
    super(context);
  }

  @Override
  public Map<String, Object> parts() {
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("list", new AuditListCommand(context()));
    parts.put("verify", new AuditVerifyCommand(context()));
    return parts;
  }

  @Override
  ExitCode run(Output output) {
    throw misuse("Say which: dozo audit list or verify");
  }
}
