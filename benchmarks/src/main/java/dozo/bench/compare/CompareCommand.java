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

/** The command {@code ./dozo bench compare}. */
@Command(
    name = "dozo bench compare",
    description = {
      "Back a series of disk images up with Dozo, restic and borg, restore, read through the mount;"
          + " print tables in Markdown, and write them, a plot and every figure to a directory.",
      "",
      "The images are a folder with VM/day1.raw, VM/day2.raw and so on, beside each but the first"
          + " VM/dayN.changed (an offset and a length a line), and day1.raw of a similar VM. Each"
          + " is copied to memory before it is backed up. Run it with nothing else on the machine:"
          + " what other processes used meanwhile stands beside the figures."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./dozo bench compare --images /data/images",
      "  ./dozo bench compare --images /data/images --tools dozo,borg --days 2",
      "  ./dozo bench compare --quick --tools dozo          does it work?"
    })
public final class CompareCommand implements Callable<Integer> {

  private static final int USUAL_READ_SECONDS = 10;

  /** A server enters what has come into its index when no more has come for five seconds. */
  private static final Duration INDEX_IS_WRITTEN = Duration.ofSeconds(6);

  @Mixin private final Invocation invocation = new Invocation();

  @Option(names = "--images", paramLabel = "DIR", description = "The folder of images.")
  private @Nullable Path directory;

  @Option(
      names = "--vm",
      paramLabel = "NAME",
      defaultValue = "web",
      description = "The VM that is followed from day to day. Default: ${DEFAULT-VALUE}.")
  private String vm = "";

  @Option(
      names = "--similar",
      paramLabel = "NAME",
      defaultValue = "db",
      description = "The similar VM. Default: ${DEFAULT-VALUE}.")
  private String similar = "";

  @Option(
      names = "--tools",
      paramLabel = "NAME,...",
      hideParamSyntax = true,
      split = ",",
      defaultValue = "dozo,restic,borg",
      description = "Which of dozo, restic and borg, in this order. Default: all.")
  private List<String> names = List.of();

  @Option(
      names = "--days",
      paramLabel = "N",
      description = "How many days of the VM. Default: all there are.")
  private @Nullable Integer days;

  @Option(
      names = "--scratch",
      paramLabel = "DIR",
      defaultValue = "/dev/shm",
      description = "Where sources and repositories are put. Default: ${DEFAULT-VALUE}.")
  private Path scratch = Path.of("/dev/shm");

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "target/compare",
      description =
          "Where report.md, compare.svg, steps.tsv and reads.tsv go. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("target/compare");

  @Option(
      names = "--read-seconds",
      paramLabel = "N",
      defaultValue = "" + USUAL_READ_SECONDS,
      description =
          "How long each kind of reads through the mount goes on; 0 for none. Default:"
              + " ${DEFAULT-VALUE}.")
  private int readSeconds;

  @Option(
      names = "--quick",
      description =
          "Make small images for it where none are given, and read for a second: to see that it"
              + " works. Its ratios say nothing.")
  private boolean quick;

  /** Runs the command with its options. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs the command and returns its exit code. */
  public static int run(String... arguments) {
    return Invocation.run(new CompareCommand(), arguments);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    requirePrograms();
    if (directory == null && !quick) {
      throw invocation.misuse(
          "Say where the --images are. The data set of the tests, full size, makes such a folder:"
              + " make-dataset.sh --size full --vms 'web db' --out DIR");
    }
    Figures figures = new Figures();
    int code;
    try (Workbench bench = Workbench.open(scratch)) {
      Images images =
          directory == null
              ? SmallImages.create(bench.path("images"))
              : new Images(directory.toRealPath(), vm, similar);
      int last = days(images);
      requireRoom(images, last, bench);
      MountReads reads = new MountReads(figures, Duration.ofSeconds(quick ? 1 : readSeconds));
      if (!Programs.canMount()) {
        invocation.tell("This machine cannot mount (/dev/fuse): reads through mounts are left out");
      }
      code =
          invocation.forEach(
              names,
              bench,
              name -> {
                try (Tool tool = tool(name, bench)) {
                  figures.add(tool);
                  new Series(bench, images, last, tool, figures, invocation::tell).run(reads);
                }
              });
    }
    if (!figures.all().isEmpty()) {
      report(figures);
    }
    return code;
  }

  private Tool tool(String name, Workbench bench) {
    return name.equals("dozo")
        ? new DozoTool(bench, invocation.dozo(), quick ? Duration.ZERO : INDEX_IS_WRITTEN)
        : Tool.rival(name, bench);
  }

  private void requirePrograms() throws IOException {
    Set<String> missing = Programs.missingFor(names, invocation);
    if (!missing.isEmpty()) {
      throw new IOException(String.join("; ", missing) + "; or choose other --tools");
    }
  }

  private int days(Images images) throws IOException {
    int there = images.days();
    if (there < 1) {
      throw new IOException("There is no image " + images.day(1));
    }
    if (days != null && (days < 1 || days > there)) {
      throw invocation.misuse("--days is 1 to " + there + " with these images, not " + days);
    }
    return days == null ? there : days;
  }

  /**
   * Refuses to begin where a source, a restored disk and a repository might not fit. The images
   * have to shrink to half where a second dedup domain takes them once more.
   */
  private void requireRoom(Images images, int last, Workbench bench) throws IOException {
    long largest = 0;
    long sum = 0;
    for (int day = 1; day <= last; day++) {
      long bytes = Images.allocatedBytes(images.day(day), bench);
      largest = Math.max(largest, bytes);
      sum += bytes;
    }
    if (images.hasSibling()) {
      long bytes = Images.allocatedBytes(images.siblingDay(), bench);
      largest = Math.max(largest, bytes);
      sum += bytes;
    }
    long needed = 2 * largest + sum;
    long there = Files.getFileStore(scratch).getUsableSpace();
    if (Files.getFileStore(scratch).type().equals("tmpfs")) {
      there = Math.min(there, Machine.availableMemory());
    }
    if (there < needed) {
      throw new IOException(
          "%s has room for %d MiB, and up to %d MiB are needed; take fewer --days or another --scratch"
              .formatted(scratch, there >> 20, needed >> 20));
    }
  }

  private void report(Figures figures) throws IOException {
    Files.createDirectories(out);
    Files.writeString(out.resolve(MarkdownReport.PLOT), new Plot(figures).draw());
    FigureFiles.write(figures, out);
    String report = new MarkdownReport(figures, Origin.of(commandLine()), !quick).write();
    invocation.publish(report, out, MarkdownReport.PLOT, "steps.tsv", "reads.tsv");
  }

  /** The command line without what is particular to this machine. */
  private String commandLine() {
    StringBuilder line = new StringBuilder("./dozo bench compare");
    line.append(directory == null ? "" : " --images IMAGES");
    line.append(" --tools ").append(String.join(",", names));
    line.append(days == null ? "" : " --days " + days);
    line.append(readSeconds == USUAL_READ_SECONDS ? "" : " --read-seconds " + readSeconds);
    line.append(quick ? " --quick" : "");
    return line.toString();
  }
}
