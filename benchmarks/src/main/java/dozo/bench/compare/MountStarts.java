package dozo.bench.compare;

import dozo.bench.compare.MountFigures.Start;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * Measures how long it takes from {@code dozo mount} to the first byte, and what Java takes of it.
 */
final class MountStarts {

  static final String JAVA = "java -version";
  static final String COMMAND = "dozo --version";
  static final String SMALL = "dozo mount to the first byte, 10 GiB";
  static final String LARGE = "dozo mount to the first byte, 10 TiB";

  private static final long SMALL_BYTES = 10L << 30;
  private static final long LARGE_BYTES = 10L << 40;
  private static final int DATA_BYTES = 64 << 20;

  private final Workbench bench;
  private final int rounds;
  private final MountFigures figures;
  private final Consumer<String> progress;

  /**
   * Prepares.
   *
   * @param rounds how often each start is measured; the median counts
   */
  MountStarts(Workbench bench, int rounds, MountFigures figures, Consumer<String> progress) {
    this.bench = bench;
    this.rounds = rounds;
    this.figures = figures;
    this.progress = progress;
  }

  /** A way to start something. */
  @FunctionalInterface
  private interface Starting {
    /** Returns the nanosecond when it had started; it may clean up afterwards. */
    long run() throws IOException, InterruptedException;
  }

  /**
   * Measures all of them.
   *
   * @param image its first megabytes lie on the disks, and a few of them at their ends
   */
  void run(DozoTool dozo, Path image) throws IOException, InterruptedException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    note(JAVA, () -> ended(List.of(java.toString(), "-version")));
    note(COMMAND, () -> ended(dozo.words("--version")));
    for (String what : List.of(SMALL, LARGE)) {
      long bytes = what.equals(SMALL) ? SMALL_BYTES : LARGE_BYTES;
      Path disk = bench.make("source-of-" + (bytes >> 30)).resolve(Series.DISK);
      DenseDisk.make(image, disk, DATA_BYTES);
      try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
        file.setLength(bytes);
        file.seek(bytes - 4096);
        file.write(1);
      }
      String label = "start-" + (bytes >> 30);
      dozo.backUp(label, label, disk);
      bench.delete(disk);
      note(what, () -> firstByte(dozo, label));
    }
  }

  private long ended(List<String> words) throws IOException, InterruptedException {
    bench.run(words);
    return System.nanoTime();
  }

  private static long firstByte(DozoTool dozo, String label)
      throws IOException, InterruptedException {
    try (Mounted mounted = dozo.mount(label);
        RandomAccessFile file =
            new RandomAccessFile(mounted.point().resolve("disk0.vhdx").toFile(), "r")) {
      file.readFully(new byte[4096]);
      return System.nanoTime();
    }
  }

  private void note(String what, Starting starting) throws IOException, InterruptedException {
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      long begin = System.nanoTime();
      seconds.add((starting.run() - begin) / 1e9);
    }
    Collections.sort(seconds);
    Start start = new Start(what, seconds.get(rounds / 2));
    figures.add(start);
    progress.accept("%-61s %.3f s".formatted(what, start.seconds()));
  }
}
