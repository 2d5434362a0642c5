package dozo.cli;

import dozo.cli.MountRegistry.Running;
import dozo.cli.console.Json;
import dozo.cli.console.Output;
import dozo.cli.console.Quantity;
import dozo.cli.console.Table;
import dozo.mount.fuse.FuseMount;
import dozo.mount.overlay.OverlayState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code dozo mounts}. */
@Command(
    name = "mounts",
    description = {
      "List the mounts and NBD exports of this host, begun by commands and by servers.",
      "",
      "READ AHEAD says how much of the disks was read into memory before it was asked for, because"
          + " an earlier boot of the VM read it.",
      "",
      "An overlay is 'full' when a write was refused for want of room, and 'out of use' when it"
          + " could not be written to for another reason: all of its disks are errors then, until"
          + " they are mounted again. A mount is 'detached' when its process goes on for somebody"
          + " who has files open, and the kernel does not list it any more.",
      "",
      "Those of other users are shown as far as the kernel lists them. A mount whose process is gone"
          + " is 'dead': whoever looks at it gets errors. --clear takes such mounts away; overlays"
          + " keep what was written to them."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo mounts",
      "  dozo mounts --clear",
      "  dozo mounts --on-server                   those of the server's host"
    })
final class MountsCommand extends DozoCommand {

  @Option(names = "--clear", description = "Take dead mounts away.")
  private boolean clear;

  @Mixin private final OnServerOptions onServer = new OnServerOptions();

  @ArgGroup(validate = false, heading = "%nWith --on-server:%n", order = 10)
  private ServerOptions server = new ServerOptions();

  MountsCommand(Context context) {
    super(context);
  }

  /** A line of the list. */
  private record Line(
      String place,
      String state,
      String process,
      String begunBy,
      RunningMount what,
      long prefetchedBytes,
      OverlayState overlay) {

    static Line of(Running each, Collection<Path> mounted) throws IOException {
      RunningMount what = each.what();
      return new Line(
          what.place(),
          state(each, mounted),
          Long.toString(each.process().number()),
          what.server().isEmpty() ? "command" : "token " + what.token(),
          what,
          each.prefetchedBytes(),
          each.overlay());
    }

    private static String state(Running each, Collection<Path> mounted) throws IOException {
      if (!each.isAlive()) {
        return "dead";
      }
      if (!each.isServing()) {
        return "starting";
      }
      Path place = Path.of(each.what().place());
      if (place.isAbsolute() && !mounted.contains(place)) { // An export has an address instead.
        return "detached";
      }
      return each.overlay().equals(OverlayState.SOUND) ? "serving" : each.overlay().kind().word();
    }

    static Line ofAnother(Path place) {
      RunningMount unknown = RunningMount.of(place.toString(), null);
      return new Line(place.toString(), "of another user", "", "", unknown, 0, OverlayState.SOUND);
    }

    String vm() {
      return !what.vm().isEmpty() ? what.vm() : process.isEmpty() ? "" : "all";
    }

    /** Tells why an overlay takes no writes, and what to do. */
    void warn(Output output) {
      String problem =
          switch (overlay.kind()) {
            case SOUND -> "";
            case FULL -> overlay.cause();
            case OUT_OF_USE ->
                overlay.cause()
                    + ". What to do: once the reason is gone, end it and begin it again with the"
                    + " same command; what was flushed before is kept";
          };
      if (!problem.isEmpty()) {
        output.warn(
            what.overlayName() + ", the overlay of " + place + ", is " + state + ": " + problem);
      }
    }

    void write(Json json) {
      json.put("place", place)
          .put("state", state)
          .put("process", process)
          .put("vm", vm())
          .put("restorePoint", what.restorePoint())
          .put("overlay", what.overlay())
          .put("overlayName", what.overlayName())
          .put("overlayState", what.overlay().isEmpty() ? "" : overlay.kind().word())
          .put("overlayCause", overlay.cause())
          .put("begunBy", begunBy)
          .put("prefetchedBytes", prefetchedBytes);
      if (!process.isEmpty()) {
        json.put("since", what.since().toString());
      }
    }
  }

  @Override
  ExitCode run(Output output) throws IOException {
    if (onServer.isGiven()) {
      if (clear) {
        throw misuse("--clear is for this host; a server clears its own");
      }
      try (AdminClient client = onServer.open(server.settings(secrets()))) {
        new RemoteMounts(client).list(output);
      }
      return ExitCode.OK;
    }
    MountRegistry registry = MountRegistry.open(secrets());
    Set<Path> mounted = Set.copyOf(FuseMount.mountPoints());
    List<Path> others = new ArrayList<>(mounted);
    List<Line> lines = new ArrayList<>();
    for (Running each : registry.list()) {
      others.remove(Path.of(each.what().place()));
      if (clear && !each.isAlive()) {
        MountEnd.detachDead(registry, each);
        registry.removeWithLog(each);
        output.notice("Cleared " + each.what().place());
      } else {
        lines.add(Line.of(each, mounted));
      }
    }
    others.forEach(place -> lines.add(Line.ofAnother(place)));
    output.json("mounts", json -> json.put("mounts", lines, (object, line) -> line.write(object)));
    Table table =
        new Table(
            "PLACE",
            "STATE",
            "PROCESS",
            "BEGUN BY",
            "VM",
            "RESTORE POINT",
            "OVERLAY",
            "READ AHEAD");
    for (Line line : lines) {
      table.row(
          line.place(),
          line.state(),
          line.process(),
          line.begunBy(),
          line.vm(),
          line.what().restorePoint(),
          line.what().overlayName(),
          line.prefetchedBytes() == 0 ? "" : Quantity.bytes(line.prefetchedBytes()));
    }
    output.table(table);
    lines.forEach(line -> line.warn(output));
    return ExitCode.OK;
  }
}
