package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.files.FileListing;
import dozo.cli.files.Reading;
import dozo.format.manifest.RestorePoint;
import dozo.mount.read.ReadCache;
import dozo.mount.read.ReadCacheOptions;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The command {@code dozo files ls}. */
@Command(
    name = "ls",
    description = "List a directory of a guest, or a file.",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {"  dozo files ls web:disk0:2 /etc", "  dozo files ls 019aaa2c /Users --json"})
final class FilesLsCommand extends DozoCommand {

  @Mixin private final AccessOptions access = new AccessOptions();
  @Mixin private final TrustOption trust = new TrustOption();

  @Parameters(index = "0", paramLabel = "PLACE", description = VolumePlace.DESCRIPTION)
  private String place = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "PATH",
      description = "A path in the guest, from its file system's root.")
  private String path = "/";

  FilesLsCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws IOException {
    VolumePlace wanted = VolumePlace.parse(place);
    AtomicBoolean cancelled = new AtomicBoolean();
    try (Access open = access.open(secrets());
        ReadCache cache = new ReadCache(ReadCacheOptions.DEFAULT)) {
      RestorePoint point = Selection.one(open, wanted.point());
      Volume volume = Volumes.find(open, cache, point, wanted.disk()).choose(wanted.partition());
      try (VolumeSession session =
              VolumeSession.open(open, cache, point, volume, trust.given(), secrets(), output);
          Reading reading = session.read("list", List.of(path));
          Interruption _ =
              Interruption.cancels(() -> {
                cancelled.set(true);
                reading.cancel();
                open.giveUp();
              })) {
        List<String> remarks = FileListing.read(reading, row -> print(row, output));
        remarks.forEach(output::warn);
        return remarks.isEmpty() ? ExitCode.OK : ExitCode.DAMAGED;
      } catch (IOException e) {
        if (cancelled.get()) {
          throw (CancellationException) new CancellationException().initCause(e);
        }
        throw e;
      }
    }
  }

  private void print(FileListing.Row row, Output output) {
    if (row.name().isEmpty() && row.type() == 'd') {
      return;
    }
    String name = row.name().isEmpty() ? path : row.name();
    output.json(
        "file",
        json -> {
          json.put("name", name)
              .put("permissions", row.permissions())
              .put("owner", row.owner())
              .put("group", row.group())
              .put("sizeBytes", row.sizeBytes())
              .put("modified", row.modified().toString());
          if (row.type() == 'l') {
            json.put("link", row.link());
          }
        });
    output.line(
        String.format(
            Locale.ROOT,
            "%s %5d %5d %12d %s %s%s",
            row.permissions(),
            row.owner(),
            row.group(),
            row.sizeBytes(),
            PointReport.time(row.modified()),
            name,
            row.type() == 'l' ? " -> " + row.link() : ""));
  }
}
