package dozo.cli;

import static java.util.stream.Collectors.joining;

import dozo.cli.console.Json;
import dozo.cli.console.Output;
import dozo.cli.console.Quantity;
import dozo.cli.console.Table;
import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.RestorePoint;
import java.io.IOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code dozo list}. */
@Command(
    name = "list",
    description = "List restore points, or the VMs that have some.",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo list                        all restore points, the oldest first",
      "  dozo list web                    those of the VM web",
      "  dozo list --vms --json           the VMs, for a script",
      "  dozo list --repository /srv/dozo without a server"
    })
final class ListCommand extends DozoCommand {

  @Mixin private final AccessOptions access = new AccessOptions();

  @Parameters(
      paramLabel = "VM",
      arity = "0..1",
      description = "Only restore points of the VM of this name or id.")
  private @Nullable String vm;

  @Option(names = "--vms", description = "List VMs instead of restore points.")
  private boolean vms;

  ListCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws IOException {
    List<RestorePoint> points;
    try (Access open = access.open(secrets())) {
      points = open.list();
    }
    if (vm != null) {
      points = Selection.ofVm(points, vm);
    }
    if (vms) {
      listVms(points, output);
    } else {
      listPoints(points, output);
    }
    return ExitCode.OK;
  }

  private static void listPoints(List<RestorePoint> points, Output output) {
    output.json(
        "restorePoints",
        json ->
            json.putJson(
                "restorePoints",
                points.stream().map(PointReport::json).collect(joining(",", "[", "]"))));
    Table table =
        new Table(
            "RESTORE POINT", "CREATED", "VM", " DISKS", " SIZE", " DATA", " STORED", "CONSISTENCY");
    for (RestorePoint point : points) {
      table.row(
          point.id().toString(),
          PointReport.time(point.created()),
          PointReport.vm(point.vm()),
          Integer.toString(point.disks().size()),
          Quantity.bytes(sizeBytes(point)),
          Quantity.bytes(dataBytes(point)),
          Quantity.bytes(point.statistics().storedBytes()),
          point.consistency().achieved().word());
    }
    output.table(table);
    if (points.isEmpty()) {
      output.notice("No restore points.");
    }
  }

  private static void listVms(List<RestorePoint> points, Output output) {
    Map<String, VmLine> lines = new LinkedHashMap<>();
    for (RestorePoint point : points) {
      lines.merge(
          point.vm().namespace() + "/" + point.vm().id(),
          new VmLine(point, 1),
          (before, now) -> new VmLine(now.latest(), before.count() + 1));
    }
    List<VmLine> sorted =
        lines.values().stream()
            .sorted(
                Comparator.comparing((VmLine line) -> line.latest().vm().namespace())
                    .thenComparing(line -> line.latest().vm().name()))
            .toList();
    output.json("vms", json -> json.put("vms", sorted, VmLine::members));
    Table table = new Table("VM", "ID", " RESTORE POINTS", "LATEST", " SIZE", "HOST");
    for (VmLine line : sorted) {
      table.row(
          PointReport.vm(line.latest().vm()),
          line.latest().vm().id().toString(),
          Integer.toString(line.count()),
          PointReport.time(line.latest().created()),
          Quantity.bytes(sizeBytes(line.latest())),
          line.latest().vm().host());
    }
    output.table(table);
    if (sorted.isEmpty()) {
      output.notice("No VMs.");
    }
  }

  private static long sizeBytes(RestorePoint point) {
    return point.disks().stream().mapToLong(disk -> disk.geometry().sizeBytes()).sum();
  }

  private static long dataBytes(RestorePoint point) {
    return point.disks().stream().mapToLong((DiskEntry disk) -> disk.map().dataBytes()).sum();
  }

  /** A VM by its latest restore point, and how many there are. */
  private record VmLine(RestorePoint latest, int count) {
    static void members(Json json, VmLine line) {
      json.put("namespace", line.latest.vm().namespace())
          .put("id", line.latest.vm().id().toString())
          .put("name", line.latest.vm().name())
          .put("host", line.latest.vm().host())
          .put("restorePoints", line.count)
          .put("latest", line.latest.created().toString())
          .put("latestId", line.latest.id().toString());
    }
  }
}
