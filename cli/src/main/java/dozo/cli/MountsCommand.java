package dozo.cli;

import dozo.cli.MountRegistry.Running;
import dozo.cli.console.Json;
import dozo.cli.console.Output;
import dozo.cli.console.Quantity;
import dozo.cli.console.Table;
import dozo.mount.fuse.FuseMount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code dozo mounts}. */
@Command(
    name = "mounts",
    description = {
      "List the mounts and NBD exports of this host.",
      "",
      "READ AHEAD says how much of the disks was read into memory before it was asked for, because"
          + " an earlier boot of the VM read it.",
      "",
      "Those of other users are shown as far as the kernel lists them. A mount whose process is gone"
          + " is 'dead': whoever looks at it gets errors. --clear takes such mounts away; overlays"
          + " keep what was written to them."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {"  dozo mounts", "  dozo mounts --clear"})
final class MountsCommand extends DozoCommand {

  @Option(names = "--clear", description = "Take dead mounts away.")
  private boolean clear;

  MountsCommand(Context context) {
    super(context);
  }

  /** A line of the list. */
  private record Line(
      String place,
      String state,
      String process,
      String vm,
      String point,
      String overlay,
      long prefetchedBytes) {

    void write(Json json) {
      json.put("place", place)
          .put("state", state)
          .put("process", process)
          .put("vm", vm)
          .put("restorePoint", point)
          .put("overlay", overlay)
          .put("prefetchedBytes", prefetchedBytes);
    }
  }

  @Override
  ExitCode run(Output output) throws IOException {
    MountRegistry registry = MountRegistry.open(secrets());
    List<Path> mounted = new ArrayList<>(FuseMount.mountPoints());
    List<Line> lines = new ArrayList<>();
    for (Running each : registry.list()) {
      boolean alive = each.isAlive();
      boolean listed = mounted.remove(Path.of(each.place()));
      if (!alive && clear) {
        if (listed) {
          FuseMount.unmount(Path.of(each.place()));
        }
        registry.remove(each);
        output.notice("Cleared " + each.place());
        continue;
      }
      lines.add(
          new Line(
              each.place(),
              alive ? "serving" : "dead",
              Long.toString(each.process()),
              each.vm().isEmpty() ? "all" : each.vm(),
              each.restorePoint(),
              each.overlay(),
              each.prefetchedBytes()));
    }
    mounted.forEach(
        place -> lines.add(new Line(place.toString(), "of another user", "", "", "", "", 0)));
    output.json("mounts", json -> json.put("mounts", lines, (object, line) -> line.write(object)));
    Table table =
        new Table("PLACE", "STATE", "PROCESS", "VM", "RESTORE POINT", "OVERLAY", "READ AHEAD");
    lines.forEach(line ->
        table.row(
            line.place(),
            line.state(),
            line.process(),
            line.vm(),
            line.point(),
            line.overlay(),
            line.prefetchedBytes() == 0 ? "" : Quantity.bytes(line.prefetchedBytes())));
    output.table(table);
    return ExitCode.OK;
  }
}
