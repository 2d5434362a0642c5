package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Quantity;
import dozo.cli.console.Table;
import dozo.mount.overlay.OverlayStore;
import dozo.mount.overlay.OverlaySummary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command {@code dozo overlay list}. */
@Command(
    name = "list",
    description = "List the overlays of this host, and what they take.",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExample:%n",
    footer = "  dozo overlay list --json")
final class OverlayListCommand extends DozoCommand {

  @Mixin private final OverlayOptions overlays = new OverlayOptions();

  OverlayListCommand(Context context) {
    super(context);
  }

  /** An overlay and what the list tells besides. */
  private record Line(OverlaySummary overlay, boolean inUse, long storedBytes) {}

  @Override
  ExitCode run(Output output) throws IOException {
    OverlayStore store = overlays.open(secrets());
    List<Line> lines = new ArrayList<>();
    for (OverlaySummary each : store.list()) {
      lines.add(new Line(each, store.isInUse(each), store.storedBytes(each)));
    }
    output.json(
        "overlays",
        json ->
            json.put(
                "overlays",
                lines,
                (object, line) ->
                    object
                        .put("name", line.overlay().name())
                        .put("vm", line.overlay().vm())
                        .put("restorePoint", line.overlay().point().toString())
                        .put("created", line.overlay().created().toString())
                        .put("inUse", line.inUse())
                        .put("storedBytes", line.storedBytes())
                        .put("directory", line.overlay().directory().toString())
                        .put(
                            "disks",
                            line.overlay().disks().stream()
                                .map(disk -> disk.name() + disk.face().suffix())
                                .toList())));
    Table table = new Table("OVERLAY", "STATE", "STORED", "DISKS", "CREATED", "RESTORE POINT");
    for (Line line : lines) {
      table.row(
          line.overlay().name(),
          line.inUse() ? "in use" : "at rest",
          Quantity.bytes(line.storedBytes()),
          line.overlay().disks().stream()
              .map(disk -> disk.name() + disk.face().suffix())
              .collect(Collectors.joining(", ")),
          PointReport.time(line.overlay().created()),
          line.overlay().point().toString());
    }
    output.table(table);
    return ExitCode.OK;
  }
}
