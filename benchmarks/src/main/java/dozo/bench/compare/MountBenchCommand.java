package dozo.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code ./dozo bench mount}. */
@Command(
    name = "dozo bench mount",
    description = {
      "Mount backups of Dozo, restic and borg, and have fio read them; write to Dozo's with fsync;"
          + " start mounts of 10 GiB and 10 TiB; do the same on a plain file. Prints tables in"
          + " Markdown, and writes them and every figure to a directory.",
      "",
      "The disk that is read is made of what the first day of a VM holds, without its holes, so that"
          + " every request reaches data. Run it with nothing else on the machine."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./dozo bench mount --images /data/images",
      "  ./dozo bench mount --images /data/images --tools dozo --seconds 5",
      "  ./dozo bench mount --quick --tools dozo          does it work?"
    })
public final class MountBenchCommand implements Callable<Integer> {

  private static final int QUICK_MEBIBYTES = 64;
  private static final int START_ROUNDS = 5;

  @Mixin private final Invocation invocation = new Invocation();

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "The folder of images, as 'dozo bench compare' has it.")
  private @Nullable Path directory;

  @Option(
      names = "--vm",
      paramLabel = "NAME",
      defaultValue = "web",
      description = "The VM whose first day is read. Default: ${DEFAULT-VALUE}.")
  private String vm = "";

  @Option(
      names = "--beside",
      paramLabel = "NAME",
      defaultValue = "db",
      description = "The VM that is backed up beside the reads. Default: ${DEFAULT-VALUE}.")
  private String beside = "";

  @Option(
      names = "--tools",
      paramLabel = "NAME,...",
      hideParamSyntax = true,
      split = ",",
      defaultValue = "dozo,restic,borg",
      description = "Which of dozo, restic and borg. Default: all.")
  private List<String> names = List.of();

  @Option(
      names = "--mebibytes",
      paramLabel = "N",
      defaultValue = "1024",
      description = "How much of the image is taken at the most. Default: ${DEFAULT-VALUE}.")
  private int mebibytes;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "20",
      description = "How long each load goes on at the most. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(
      names = "--scratch",
      paramLabel = "DIR",
      defaultValue = "/dev/shm",
      description = "Where the disk and the repositories are put. Default: ${DEFAULT-VALUE}.")
  private Path scratch = Path.of("/dev/shm");

  @Option(
      names = "--writes",
      paramLabel = "DIR",
      description =
          "A directory on a disk, for what is written with fsync. Default: the one of --out.")
  private @Nullable Path writes;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "target/mount",
      description = "Where report.md and figures.tsv go. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("target/mount");

  @Option(
      names = "--quick",
      description =
          "Make a small image where none is given, and take a second for each load: to see that it"
              + " works. Its figures say nothing.")
  private boolean quick;

  /** Runs the command with its options. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs the command and returns its exit code. */
  public static int run(String... arguments) {
    return Invocation.run(new MountBenchCommand(), arguments);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    requirePrograms();
    if (directory == null && !quick) {
      throw invocation.misuse("Say where the --images are, as for 'dozo bench compare'");
    }
    Files.createDirectories(out);
    Duration time = Duration.ofSeconds(quick ? 1 : seconds);
    MountFigures figures = new MountFigures();
    int code;
    try (Workbench bench = Workbench.open(scratch);
        Workbench onDisk = Workbench.open((writes == null ? out : writes).toRealPath())) {
      Images images =
          directory == null
              ? SmallImages.create(bench.path("images"))
              : new Images(directory.toRealPath(), vm, beside);
      requireImages(images);
      Path disk = bench.make("source").resolve(Series.DISK);
      DenseDisk.make(images.day(1), disk, (long) (quick ? QUICK_MEBIBYTES : mebibytes) << 20);
      MountLoads loads = new MountLoads(bench, disk, time, figures, invocation::tell);
      loads.readPlain();
      code =
          invocation.forEach(
              names, bench, name -> measure(name, bench, onDisk, images, loads, figures, time));
    }
    report(figures);
    return code;
  }

  private void measure(
      String name,
      Workbench bench,
      Workbench onDisk,
      Images images,
      MountLoads loads,
      MountFigures figures,
      Duration time)
      throws IOException, InterruptedException {
    if (!name.equals("dozo")) {
      try (Tool tool = Tool.rival(name, bench)) {
        loads.read(tool);
      }
      return;
    }
    try (DozoTool dozo = new DozoTool(bench, invocation.dozo(), Duration.ZERO)) {
      loads.read(dozo);
      if (images.hasSibling()) {
        loads.readBesideBackup(dozo, images.siblingDay());
      }
      loads.write(dozo, onDisk.make("writes"));
      new MountStarts(bench, quick ? 1 : START_ROUNDS, figures, invocation::tell)
          .run(dozo, images.day(1));
      dozo.stopServer();
      long diskBytes = Files.size(bench.path("source").resolve(Series.DISK));
      figures.noteBlocks(
          new SequentialBlocks(bench, time)
              .bytesPerSecond(dozo.repository().resolve("repository"), dozo.keyFile(), diskBytes));
    }
  }

  private void requirePrograms() throws IOException {
    Set<String> missing = Programs.missingFor(names, invocation);
    missing.addAll(Programs.missingForLoads());
    if (!Programs.canMount()) {
      missing.add("/dev/fuse cannot be opened, so nothing can be mounted here");
    }
    if (!missing.isEmpty()) {
      throw new IOException(String.join("; ", missing));
    }
  }

  private static void requireImages(Images images) throws IOException {
    if (images.days() < 1) {
      throw new IOException("There is no image " + images.day(1));
    }
  }

  private void report(MountFigures figures) throws IOException {
    MountReport report = new MountReport(figures, Origin.of(commandLine()), !quick);
    Files.writeString(out.resolve("figures.tsv"), report.table());
    invocation.publish(report.write(), out, "figures.tsv");
  }

  /** The command line without what is particular to this machine. */
  private String commandLine() {
    return "./dozo bench mount"
        + (directory == null ? "" : " --images IMAGES")
        + (" --tools " + String.join(",", names))
        + (" --mebibytes " + mebibytes + " --seconds " + seconds)
        + (quick ? " --quick" : "");
  }
}
