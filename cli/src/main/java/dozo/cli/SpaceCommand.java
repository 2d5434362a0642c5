package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Quantity;
import dozo.cli.console.Table;
import dozo.format.manifest.RestorePoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code dozo space}. */
@Command(
    name = "space",
    description = {
      "Tell what deleting restore points would free.",
      "",
      "For each restore point: how much only it needs, and how much others need too. Together they"
          + " may free more than each alone, namely what they share among themselves. Sizes are"
          + " those of the plain data; what that takes in packs is estimated for the sum."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo space web                                the latest of the VM web",
      "  dozo space --of-vm web --repository /srv/dozo all of the VM web",
      "  dozo space --of-vm web --restore-cost         what restoring each of them costs"
    })
final class SpaceCommand extends UpkeepCommand {

  @Parameters(paramLabel = "POINT", arity = "0..*", description = Selection.DESCRIPTION)
  private List<String> points = List.of();

  @Option(
      names = "--of-vm",
      paramLabel = "VM",
      description = "All restore points of the VM of this name or id.")
  private List<String> vms = List.of();

  @Option(
      names = "--restore-cost",
      description =
          "Tell, too, how much has to be decoded to restore each, for a byte that it holds: its"
              + " chunks lie in segments of which it may need a part.")
  private boolean restoreCost;

  SpaceCommand(Context context) {
    super(context);
  }

  @Override
  void check() {
    if (points.isEmpty() && vms.isEmpty()) {
      throw misuse("Say which restore points, or --of-vm");
    }
  }

  @Override
  ExitCode run(Upkeep upkeep, Output output) throws IOException {
    List<RestorePoint> selected = selected(upkeep);
    ObjectNode task = task("space");
    ArrayNode ids = task.putArray("restorePoints");
    selected.forEach(point -> ids.add(point.id().toString()));
    task.put("restoreCost", restoreCost);
    ObjectNode report = work(upkeep, task, output);
    json(output, "result", report);
    output.table(table(selected, report.path("restorePoints")));
    output.line(
        "Deleting %s would free %s in %s, about %s in packs."
            .formatted(
                selected.size() == 1 ? "it" : "all of them",
                Quantity.bytes(number(report, "freedBytes")),
                Quantity.count(number(report, "freedChunks"), "chunk"),
                Quantity.bytes(number(report, "freedStoredBytes"))));
    return ExitCode.OK;
  }

  private Table table(List<RestorePoint> selected, JsonNode points) {
    List<String> heads =
        new ArrayList<>(
            List.of("RESTORE POINT", "CREATED", "VM", " DATA", " ONLY HERE", " SHARED"));
    if (restoreCost) {
      heads.add(" DECODED");
    }
    Table table = new Table(heads.toArray(String[]::new));
    for (int i = 0; i < selected.size(); i++) {
      JsonNode point = points.path(i);
      List<String> cells =
          new ArrayList<>(
              List.of(
                  text(point, "id"),
                  PointReport.time(selected.get(i).created()),
                  PointReport.vm(selected.get(i).vm()),
                  Quantity.bytes(number(point, "dataBytes")),
                  Quantity.bytes(number(point, "exclusiveBytes")),
                  Quantity.bytes(number(point, "sharedBytes"))));
      if (restoreCost) {
        cells.add(ratio(number(point, "decodedBytes"), number(point, "dataBytes")));
      }
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }

  private static String ratio(long decoded, long data) {
    return data == 0 ? "-" : String.format(Locale.ROOT, "%.2fx", (double) decoded / data);
  }

  private List<RestorePoint> selected(Upkeep upkeep) throws IOException {
    List<RestorePoint> selected = select(upkeep, points);
    List<RestorePoint> all = vms.isEmpty() ? List.of() : upkeep.restorePoints();
    for (String vm : vms) {
      List<RestorePoint> ofVm = Selection.ofVm(all, vm);
      if (ofVm.isEmpty()) {
        throw new IllegalArgumentException("There are no restore points of a VM \"" + vm + "\"");
      }
      ofVm.stream().filter(point -> !selected.contains(point)).forEach(selected::add);
    }
    return selected;
  }
}
