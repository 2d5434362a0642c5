package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Quantity;
import dozo.cli.console.Table;
import dozo.cli.files.Driver;
import dozo.mount.partition.Content;
import dozo.mount.read.ReadCache;
import dozo.mount.read.ReadCacheOptions;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The command {@code dozo files list}. */
@Command(
    name = "list",
    description = {
      "Show the partitions of a restore point's disks, and what is in them.",
      "",
      "PLACE is what 'dozo files ls' and 'copy' take behind the restore point. READ BY tells the"
          + " program that gets files out; a file system that says nothing of its state is unknown."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {"  dozo files list web", "  dozo files list 019aaa2c disk1 --json"})
final class FilesListCommand extends DozoCommand {

  @Mixin private final AccessOptions access = new AccessOptions();

  @Parameters(index = "0", paramLabel = "POINT", description = Selection.DESCRIPTION)
  private String point = "";

  @Parameters(index = "1", arity = "0..1", paramLabel = "DISK", description = "Only this disk.")
  private String disk = "";

  FilesListCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws IOException {
    try (Access open = access.open(secrets());
        ReadCache cache = new ReadCache(ReadCacheOptions.DEFAULT)) {
      Volumes found = Volumes.find(open, cache, Selection.one(open, point), disk);
      output.json(
          "volumes",
          json -> {
            json.put("restorePoint", found.point().id().toString());
            json.put(
                "disks",
                found.disks(),
                (object, each) -> {
                  object.put("name", each.disk().name());
                  object.put("table", each.table().scheme().name().toLowerCase(Locale.ROOT));
                  object.put("remarks", each.table().remarks());
                  object.put(
                      "volumes",
                      each.volumes(),
                      (member, volume) -> {
                        member.put("place", volume.place());
                        member.put("partition", volume.partition().number());
                        member.put("offset", volume.partition().offset());
                        member.put("sizeBytes", volume.partition().lengthBytes());
                        member.put("type", volume.partition().type());
                        member.put("name", volume.partition().name());
                        member.put("content", volume.content().kind().title());
                        member.put("label", volume.content().label());
                        member.put("state", state(volume.content().state()));
                        member.put("readBy", readBy(volume.content().kind()));
                      });
                });
          });
      Table table =
          new Table("PLACE", " OFFSET", " SIZE", "TYPE", "HOLDS", "LABEL", "STATE", "READ BY");
      for (Volumes.OnDisk each : found.disks()) {
        for (Volume volume : each.volumes()) {
          table.row(
              volume.place(),
              Long.toString(volume.partition().offset()),
              Quantity.bytes(volume.partition().lengthBytes()),
              volume.partition().type().isEmpty()
                  ? each.table().scheme().title()
                  : volume.partition().type(),
              volume.content().kind().title(),
              label(volume),
              state(volume.content().state()),
              readBy(volume.content().kind()));
        }
        each.table().remarks().forEach(remark -> output.warn(each.disk().name() + ": " + remark));
      }
      output.table(table);
    }
    return ExitCode.OK;
  }

  private static String label(Volume volume) {
    return volume.content().label().isEmpty()
        ? volume.partition().name()
        : volume.content().label();
  }

  private static String state(Content.State state) {
    return switch (state) {
      case CLEAN -> "clean";
      case IN_USE -> "in use";
      case UNKNOWN -> "unknown";
    };
  }

  private static String readBy(Content.Kind kind) {
    return Driver.confined(kind)
        .or(() -> Driver.kernel(kind))
        .map(driver -> driver.isKernel() ? "--trust-file-system" : driver.title())
        .orElse("");
  }
}
