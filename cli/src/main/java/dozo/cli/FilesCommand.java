package dozo.cli;

import dozo.cli.console.Output;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;

/** The command {@code dozo files}. */
@Command(
    name = "files",
    description = {
      "Get single files and directories out of a restore point.",
      "",
      "A guest's file systems are read by programs that can reach nothing else, because whoever had"
          + " the guest wrote what they read. Nothing is mounted on this machine, and no root is"
          + " needed."
    },
    optionListHeading = "%nOptions:%n",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo files list web                          partitions and file systems",
      "  dozo files ls web:disk0:2 /etc",
      "  dozo files copy web:disk0:2 /etc /home/ann /tmp/restored"
    })
final class FilesCommand extends DozoCommand implements CommandGroup {

  FilesCommand(Context context) {
    super(context);
  }

  @Override
  public Map<String, Object> parts() {
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("list", new FilesListCommand(context()));
    parts.put("ls", new FilesLsCommand(context()));
    parts.put("copy", new FilesCopyCommand(context()));
    return parts;
  }

  @Override
  ExitCode run(Output output) {
    throw misuse("Say which: dozo files list, ls or copy");
  }
}
