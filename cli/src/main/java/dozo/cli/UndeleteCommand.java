package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Quantity;
import dozo.cli.console.Table;
import dozo.format.manifest.RestorePointId;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code dozo undelete}. */
@Command(
    name = "undelete",
    description = {
      "Bring forgotten restore points back, or list those that can be.",
      "",
      "A forgotten restore point stays whole until 'dozo sweep' finds that its time in the trash is"
          + " over."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo undelete                                 lists what can be brought back",
      "  dozo undelete 019aaa2c --repository /srv/dozo"
    })
final class UndeleteCommand extends UpkeepCommand {

  @Parameters(
      paramLabel = "POINT",
      arity = "0..*",
      description = "A restore point in the trash: its id, or a unique beginning of it.")
  private List<String> points = List.of();

  @Option(
      names = "--packs",
      description =
          "In a directory: bring all packs back that a sweep has retired. Only needed if something"
              + " else went wrong.")
  private boolean packs;

  UndeleteCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Upkeep upkeep, Output output) throws IOException {
    if (packs) {
      if (!(upkeep instanceof DirectoryUpkeep directory)) {
        throw misuse("--packs is for a directory, not a server");
      }
      int brought = directory.undeletePacks();
      output.json("packs", json -> json.put("packs", brought));
      output.line("Brought back " + Quantity.count(brought, "pack"));
    }
    List<ObjectNode> trash = upkeep.trash();
    for (String point : points) {
      String id = text(byId(trash, "restore point in the trash", point), "id");
      upkeep.undelete(RestorePointId.parse(id));
      output.json("undeleted", json -> json.put("id", id));
      output.line("Brought back " + id);
    }
    if (points.isEmpty() && !packs) {
      list(trash, output);
    }
    return ExitCode.OK;
  }

  private static void list(List<ObjectNode> trash, Output output) {
    json(output, "restorePoints", trash);
    if (trash.isEmpty()) {
      output.notice("Nothing can be brought back.");
      return;
    }
    Table table = new Table("RESTORE POINT", "FORGOTTEN");
    for (ObjectNode point : trash) {
      table.row(text(point, "id"), PointReport.time(Instant.parse(text(point, "forgotten"))));
    }
    output.table(table);
  }
}
