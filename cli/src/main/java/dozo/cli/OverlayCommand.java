package dozo.cli;

import dozo.cli.console.Output;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;

/** The command {@code dozo overlay}. */
@Command(
    name = "overlay",
    description = {
      "Do something with what was written to mounts: keep it, copy it, throw it away.",
      "",
      "'dozo mount --writable' makes an overlay over a restore point, which itself never changes."
    },
    optionListHeading = "%nOptions:%n",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo overlay list",
      "  dozo overlay commit web-5429e11f        as a new restore point",
      "  dozo overlay export web-5429e11f disk0 /srv/images/web.vhdx --switch",
      "  dozo overlay discard web-5429e11f"
    })
final class OverlayCommand extends DozoCommand implements CommandGroup {

  OverlayCommand(Context context) {
    super(context);
  }

  @Override
  public Map<String, Object> parts() {
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("list", new OverlayListCommand(context()));
    parts.put("commit", new OverlayCommitCommand(context()));
    parts.put("export", new OverlayExportCommand(context()));
    parts.put("discard", new OverlayDiscardCommand(context()));
    return parts;
  }

  @Override
  ExitCode run(Output output) {
    throw misuse("Say which: dozo overlay list, commit, export or discard");
  }
}
