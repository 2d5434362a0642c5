package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Quantity;
import dozo.cli.files.FileCopy;
import dozo.cli.files.Reading;
import dozo.format.manifest.RestorePoint;
import dozo.mount.read.ReadCache;
import dozo.mount.read.ReadCacheOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The command {@code dozo files copy}. */
@Command(
    name = "copy",
    description = {
      "Copy files and directories of a guest to this machine.",
      "",
      "Each SOURCE arrives in TARGET under its last name, directories with all that is in them;"
          + " nothing that is there is replaced. Modes, times, links and extended attributes of users"
          + " are kept, and owners, by their numbers, if root copies. Devices are left out, and so"
          + " are the bits and attributes that would give a file its owner's rights.",
      "",
      "A file that cannot be read whole does not arrive; it is named, and the exit code is 19. After"
          + " Ctrl-C nothing has arrived."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo files copy web:disk0:2 /etc /home/ann/report.odt /tmp/restored",
      "  dozo files copy 019aaa2c / /srv/old-web      all of its only file system"
    })
final class FilesCopyCommand extends DozoCommand {

  @Mixin private final AccessOptions access = new AccessOptions();
  @Mixin private final TrustOption trust = new TrustOption();

  @Parameters(index = "0", paramLabel = "PLACE", description = VolumePlace.DESCRIPTION)
  private String place = "";

  @Parameters(
      index = "1..*",
      arity = "2..*",
      paramLabel = "SOURCE... TARGET",
      description =
          "Paths in the guest, from its file system's root; and a directory here, made if it is not"
              + " there.")
  private List<String> paths = List.of();

  FilesCopyCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws IOException {
    VolumePlace wanted = VolumePlace.parse(place);
    List<String> sources = paths.subList(0, paths.size() - 1);
    Path target = Path.of(paths.getLast());
    List<String> names = names(sources);
    try (Access open = access.open(secrets());
        ReadCache cache = new ReadCache(ReadCacheOptions.DEFAULT)) {
      RestorePoint point = Selection.one(open, wanted.point());
      Volume volume = Volumes.find(open, cache, point, wanted.disk()).choose(wanted.partition());
      long begin = System.nanoTime();
      try (VolumeSession session =
              VolumeSession.open(open, cache, point, volume, trust.given(), secrets(), output);
          Reading reading = session.read("copy", sources)) {
        Files.createDirectories(target);
        FileCopy copy = new FileCopy(reading, target.toAbsolutePath());
        Runnable cancel =
            () -> {
              copy.cancel();
              open.giveUp();
            };
        try (Interruption _ = Interruption.cancels(cancel)) {
          FileCopy.Result result =
              names.isEmpty() ? copy.volume(volume.place().replace(':', '-')) : copy.names(names);
          tell(result, target, Duration.ofNanos(System.nanoTime() - begin), output);
          return result.complete() ? ExitCode.OK : ExitCode.DAMAGED;
        }
      }
    }
  }

  /** Under which names the sources arrive; none if it is the whole volume. */
  private List<String> names(List<String> sources) {
    Set<String> seen = new HashSet<>();
    List<String> names = new ArrayList<>();
    for (String source : sources) {
      List<String> parts =
          List.of(source.split("/", -1)).stream()
              .filter(part -> !part.isEmpty() && !part.equals("."))
              .toList();
      if (parts.contains("..")) {
        throw misuse("Write " + source + " without \"..\"");
      }
      if (parts.isEmpty() && sources.size() > 1) {
        throw misuse("/ has everything in it: give it alone");
      }
      if (!parts.isEmpty() && !seen.add(parts.getLast())) {
        throw misuse("Two sources would arrive as " + parts.getLast() + ": copy one at a time");
      }
      if (!parts.isEmpty()) {
        names.add(parts.getLast());
      }
    }
    return names;
  }

  private static void tell(FileCopy.Result result, Path target, Duration elapsed, Output output) {
    result.remarks().forEach(output::warn);
    result
        .unreadable()
        .forEach(name -> output.warn(name + " cannot be read whole and is not there"));
    result.leftOut().forEach((what, count) -> output.warn("Left out: " + count + " " + what));
    output.json(
        "copied",
        json ->
            json.put("target", target.toString())
                .put("files", result.files())
                .put("bytes", result.bytes())
                .put("unreadable", result.unreadable())
                .put("complete", result.complete())
                .put("seconds", elapsed.toMillis() / 1000.0));
    output.line(
        "%s: %s, %s, in %s"
            .formatted(
                target,
                Quantity.count(result.files(), "file"),
                Quantity.bytes(result.bytes()),
                Quantity.time(elapsed)));
  }
}
