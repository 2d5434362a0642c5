package dozo.bench.compare;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code ./dozo bench compare}. */
@Command(
    name = CompareCommand.NAME,
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

  /** Names the system property with the program that runs Dozo. */
  public static final String DOZO_PROPERTY = "dozo.command";

  /** What the user calls it. */
  static final String NAME = "dozo bench compare";

  private static final int CANNOT = 69;
  private static final int USUAL_READ_SECONDS = 10;

  /** A server enters what has come into its index when no more has come for five seconds. */
  private static final Duration INDEX_IS_WRITTEN = Duration.ofSeconds(6);

  @Spec private @Nullable CommandSpec spec;

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

  @SuppressWarnings("unused") // picocli reads it
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  /** Runs the command with its options. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs the command and returns its exit code. */
  public static int run(String... arguments) {
    return new CommandLine(new CompareCommand())
        .setExecutionExceptionHandler((e, line, parsed) -> {
          line.getErr().println("dozo bench compare: " + e.getMessage());
          return CANNOT;
        })
        .execute(arguments);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    requirePrograms();
    if (directory == null && !quick) {
      throw misuse(
          "Say where the --images are. The data set of the tests, full size, makes such a folder:"
              + " make-dataset.sh --size full --vms 'web db' --out DIR");
    }
    PrintWriter terminal = command().commandLine().getErr();
    Figures figures = new Figures();
    int code = 0;
    try (Workbench bench = Workbench.open(scratch)) {
      Thread ending = Thread.ofPlatform().unstarted(() -> close(bench));
      Runtime.getRuntime().addShutdownHook(ending);
      Images images =
          directory == null
              ? SmallImages.create(bench.path("images"))
              : new Images(directory.toRealPath(), vm, similar);
      int last = days(images);
      requireRoom(images, last, bench);
      MountReads reads = new MountReads(figures, Duration.ofSeconds(quick ? 1 : readSeconds));
      if (!Programs.canMount()) {
        terminal.println(
            "This machine cannot mount (/dev/fuse): reads through mounts are left out");
      }
      for (String name : names) {
        try (Tool tool = tool(name, bench)) {
          figures.add(tool);
          new Series(bench, images, last, tool, figures, told -> tell(terminal, told)).run(reads);
        } catch (IOException e) {
          // What the other tools took minutes for is not lost.
          tell(terminal, NAME + ": " + name + ": " + e.getMessage());
          code = CANNOT;
        }
      }
    }
    if (!figures.all().isEmpty()) {
      report(figures);
    }
    return code;
  }

  private static void tell(PrintWriter terminal, String line) {
    terminal.println(line);
    terminal.flush();
  }

  /** Cleans up as the process ends. */
  static void close(Workbench bench) {
    try {
      bench.close();
    } catch (IOException e) {
      System.err.println(NAME + ": cannot clean up: " + e.getMessage());
    }
  }

  private Tool tool(String name, Workbench bench) {
    return switch (name) {
      case "dozo" ->
          new DozoTool(bench, ownCommand(this::misuse), quick ? Duration.ZERO : INDEX_IS_WRITTEN);
      case "restic" -> new ResticTool(bench);
      case "borg" -> new BorgTool(bench);
      default -> throw misuse("There is no tool " + name + "; there are dozo, restic and borg");
    };
  }

  /** The program that runs Dozo. */
  static String ownCommand(Function<String, ParameterException> misuse) {
    String program = System.getProperty(DOZO_PROPERTY);
    if (program == null) {
      throw misuse.apply("Run this by './dozo bench', or set -D" + DOZO_PROPERTY);
    }
    return program;
  }

  private void requirePrograms() throws IOException {
    Set<String> missing = new LinkedHashSet<>();
    names.forEach(name -> missing.addAll(Programs.missingFor(name)));
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
      throw misuse("--days is 1 to " + there + " with these images, not " + days);
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
    String report =
        new MarkdownReport(figures, !quick)
            .write(
                LocalDate.now(ZoneOffset.UTC).toString(),
                Programs.firstLine("git", "rev-parse", "--short", "HEAD"),
                Machine.describe(),
                commandLine());
    Files.writeString(out.resolve("report.md"), report);
    Files.writeString(out.resolve(MarkdownReport.PLOT), new Plot(figures).draw());
    FigureFiles.write(figures, out);
    PrintWriter terminal = command().commandLine().getOut();
    terminal.println(report);
    terminal.println("Written to " + out + ": report.md, compare.svg, steps.tsv, reads.tsv");
    terminal.flush();
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

  private ParameterException misuse(String what) {
    return new ParameterException(command().commandLine(), what);
  }

  private CommandSpec command() {
    CommandSpec known = spec;
    if (known == null) {
      throw new IllegalStateException("Not run as a command");
    }
    return known;
  }
}
