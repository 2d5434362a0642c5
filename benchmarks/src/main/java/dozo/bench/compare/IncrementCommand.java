package dozo.bench.compare;

import dozo.bench.RealBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code ./dozo bench increment}. */
@Command(
    name = "dozo bench increment",
    description = {
      "Back a disk of compressible data up, change a hundredth of it in extents drawn"
          + " at random, and back that up: from a list of the changes, and read whole by a host that"
          + " remembers the disk. Print what each took, as a table in Markdown.",
      "",
      "Everything lies in memory: 1.7 times the disk's size has to be free."
    },
    optionListHeading = "%nOptions:%n")
public final class IncrementCommand implements Callable<Integer> {

  private static final int PIECE_BYTES = 1 << 20;
  private static final int BLOCK_BYTES = 4 << 10;
  private static final int RANDOM_BYTES = 1536;
  private static final int REAL_BYTES = 32 << 20;
  private static final String VM = "vm";

  @Mixin private final Invocation invocation = new Invocation();

  @Option(
      names = "--mib",
      paramLabel = "N",
      defaultValue = "4096",
      description = "The size of the disk. Default: ${DEFAULT-VALUE}.")
  private int mib;

  @Option(
      names = "--extent-kib",
      paramLabel = "N",
      defaultValue = "64",
      description = {
        "How much changes in one place: 4 to 1024, a power of 2. Default: ${DEFAULT-VALUE}, the least"
            + " that most hypervisors tell apart. The days of the tests' data set have changes of 200"
            + " KiB to 8 MiB in a place, on average."
      })
  private int extentKib;

  @Option(
      names = "--scratch",
      paramLabel = "DIR",
      defaultValue = "/dev/shm",
      description = "Where disk and repository are put. Default: ${DEFAULT-VALUE}.")
  private Path scratch = Path.of("/dev/shm");

  private final Random random = new Random(1);
  private byte[] real = {};

  /** Runs the command with its options. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs the command and returns its exit code. */
  public static int run(String... arguments) {
    return Invocation.run(new IncrementCommand(), arguments);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (mib < 1 || mib > 1 << 20) {
      throw invocation.misuse("--mib is 1 to 1048576, not " + mib);
    }
    if (extentKib < 4 || extentKib > 1024 || Integer.bitCount(extentKib) != 1) {
      throw invocation.misuse("--extent-kib is a power of 2 from 4 to 1024, not " + extentKib);
    }
    String line = "./dozo bench increment --mib " + mib + " --extent-kib " + extentKib;
    MarkdownPage page = new MarkdownPage(Origin.of(line));
    page.table("step", "wall s", "CPU s", "MiB sent", "wall, of the full", "bytes, of the full");
    real = RealBytes.read(REAL_BYTES);
    try (Workbench bench = Workbench.open(scratch);
        DozoTool dozo = new DozoTool(bench, invocation.dozo(), Duration.ofSeconds(2))) {
      Path disk = bench.make("source").resolve(Series.DISK);
      Path changes = bench.path("changes");
      fill(disk);
      dozo.open();
      Tool.Backup full = dozo.backUp(VM, "full", disk);
      row(page, "first full", full, full);
      Files.write(changes, change(disk));
      row(page, "1 % changed, from a list", listed(dozo, "full", "first", disk, changes), full);
      dozo.requireEqual("first", disk);
      // The host remembers the first full, so what the list told of is found and sent once more.
      row(page, "the same, read whole", dozo.backUp(VM, "read", disk), full);
      Files.write(changes, change(disk));
      row(page, "1 % more changed, read whole", dozo.backUp(VM, "more", disk), full);
      dozo.requireEqual("more", disk);
      Files.write(changes, change(disk));
      row(page, "1 % more, from a list", listed(dozo, "more", "second", disk, changes), full);
      Files.write(changes, change(disk));
      row(page, "and 1 % more, from a list", listed(dozo, "second", "third", disk, changes), full);
      dozo.requireEqual("third", disk);
    }
    invocation.print(page.text());
    return 0;
  }

  private static Tool.Backup listed(
      DozoTool dozo, String base, String label, Path disk, Path changes)
      throws IOException, InterruptedException {
    return dozo.backUp(
        VM,
        label,
        disk,
        DozoTool.USUAL,
        List.of("--base", dozo.restorePoint(base), "--changes", "disk0=" + changes));
  }

  /**
   * Fills with pages of which no two are equal, and that compress as those of a server's disk do.
   */
  private void fill(byte[] bytes) {
    byte[] fresh = new byte[RANDOM_BYTES];
    for (int at = 0; at < bytes.length; at += BLOCK_BYTES) {
      random.nextBytes(fresh);
      System.arraycopy(fresh, 0, bytes, at, RANDOM_BYTES);
      System.arraycopy(
          real,
          random.nextInt(real.length - BLOCK_BYTES),
          bytes,
          at + RANDOM_BYTES,
          BLOCK_BYTES - RANDOM_BYTES);
    }
  }

  private void fill(Path disk) throws IOException {
    byte[] piece = new byte[PIECE_BYTES];
    try (FileChannel file =
        FileChannel.open(disk, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int i = 0; i < mib; i++) {
        fill(piece);
        write(file, (long) i * PIECE_BYTES, piece);
      }
    }
  }

  /** Changes a hundredth of the disk, and returns the lines of a list that says where. */
  private List<String> change(Path disk) throws IOException {
    int extentBytes = extentKib << 10;
    int places = mib * (PIECE_BYTES / extentBytes);
    List<Long> offsets =
        random
            .ints(0, places)
            .distinct()
            .limit(Math.max(1, places / 100))
            .mapToObj(place -> (long) place * extentBytes)
            .toList();
    byte[] bytes = new byte[extentBytes];
    try (FileChannel file = FileChannel.open(disk, StandardOpenOption.WRITE)) {
      for (long offset : offsets) {
        fill(bytes);
        write(file, offset, bytes);
      }
    }
    return offsets.stream().map(offset -> offset + " " + extentBytes).toList();
  }

  private static void write(FileChannel file, long offset, byte[] bytes) throws IOException {
    ByteBuffer source = ByteBuffer.wrap(bytes);
    while (source.hasRemaining()) {
      file.write(source, offset + source.position());
    }
  }

  private void row(MarkdownPage page, String step, Tool.Backup backup, Tool.Backup full) {
    Usage usage = backup.usage();
    page.row(
        step,
        MarkdownPage.format("%.2f", usage.wallSeconds()),
        MarkdownPage.format("%.2f", usage.cpuSeconds()),
        MarkdownPage.format("%.1f", backup.sentBytes().orElse(0) / (double) PIECE_BYTES),
        MarkdownPage.format("%.3f", usage.wallSeconds() / full.usage().wallSeconds()),
        MarkdownPage.format(
            "%.3f", (double) backup.sentBytes().orElse(0) / full.sentBytes().orElse(1)));
    invocation.tell(step);
  }
}
