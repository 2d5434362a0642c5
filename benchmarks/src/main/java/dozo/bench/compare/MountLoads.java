package dozo.bench.compare;

import dozo.bench.compare.Fio.Load;
import dozo.bench.compare.Fio.Outcome;
import dozo.bench.compare.MountFigures.Figure;
import dozo.bench.compare.MountFigures.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Has fio read a backed-up disk through mounts, and write to it; and the same on a plain file. */
final class MountLoads {

  /** The name of the plain file in the tables. */
  static final String PLAIN = "plain file";

  /** What every mount keeps in memory once it was read. */
  private static final long CACHED_BYTES = 32 << 20;

  /** Of so many chunks at the most one was read before: a chunk of 16 KiB has four blocks. */
  private static final int UNCACHED_SHARE = 32;

  /** Of so many parts of the disk the last one warms up what reads the others. */
  private static final int PARTS = 4;

  private static final int JOBS = 4;
  private static final String LABEL = "dense";

  private final Workbench bench;
  private final Fio fio;
  private final Path disk;
  private final long diskBytes;
  private final Duration time;
  private final MountFigures figures;
  private final Consumer<String> progress;

  /**
   * Prepares.
   *
   * @param disk is backed up; it has no holes
   * @param time how long each load may go on
   */
  MountLoads(
      Workbench bench, Path disk, Duration time, MountFigures figures, Consumer<String> progress)
      throws IOException {
    this.bench = bench;
    this.fio = new Fio(bench);
    this.disk = disk;
    this.diskBytes = Files.size(disk);
    this.time = time;
    this.figures = figures;
    this.progress = progress;
  }

  private long uncachedBytes() {
    return Math.max(JOBS * 4096L, diskBytes / UNCACHED_SHARE);
  }

  private long warmUpBytes() {
    return diskBytes / PARTS / 4096 * 4096;
  }

  private Load uncached(int jobs) {
    return Load.random(jobs, diskBytes - warmUpBytes(), uncachedBytes());
  }

  private long cachedBytes() {
    return Math.min(CACHED_BYTES, diskBytes);
  }

  /** Reads the plain file. */
  void readPlain() throws IOException {
    notePlain(Row.SEQUENTIAL, fio.run(Load.sequential(diskBytes), disk, time));
    // Around the kernel's cache nothing is cached, however often it is read.
    notePlain(Row.UNCACHED_FIRST, fio.run(Load.again(1, diskBytes), disk, time));
    notePlain(Row.UNCACHED, fio.run(Load.again(JOBS, diskBytes), disk, time));
    notePlain(Row.CACHED, fio.run(Load.again(JOBS, cachedBytes()), disk, time));
  }

  /** Backs the disk up with a tool, and reads it through a fresh mount for each load. */
  void read(Tool tool) throws IOException, InterruptedException {
    tool.open();
    tool.backUp("vm", LABEL, disk);
    // A server runs for months: what it reads for the first time tells little about it.
    for (Row row : List.of(Row.SEQUENTIAL_FIRST, Row.SEQUENTIAL)) {
      try (Mounted mounted = tool.mount(LABEL)) {
        note(tool, row, mounted, Load.sequential(diskBytes));
      }
    }
    try (Mounted mounted = tool.mount(LABEL)) {
      note(tool, Row.UNCACHED_FIRST, mounted, uncached(1));
    }
    try (Mounted mounted = tool.mount(LABEL)) {
      warmUp(mounted);
      note(tool, Row.UNCACHED, mounted, uncached(JOBS));
    }
    try (Mounted mounted = tool.mount(LABEL)) {
      // Once in order, so that all of it is there; its figures are nobody's.
      fio.run(Load.fill(cachedBytes()), mounted.file(), time);
      note(tool, Row.CACHED, mounted, Load.again(JOBS, cachedBytes()));
    }
  }

  /** Has a mount do for a while what it is to be measured by, elsewhere on the disk. */
  private void warmUp(Mounted mounted) throws IOException {
    long bytes = warmUpBytes();
    fio.run(
        Load.again(JOBS, diskBytes - bytes, bytes),
        mounted.file(),
        Duration.ofSeconds(Math.max(1, time.toSeconds() / PARTS)));
  }

  /** Reads at random while another disk of new data is backed up to the same server. */
  void readBesideBackup(DozoTool dozo, Path other) throws IOException, InterruptedException {
    try (Mounted mounted = dozo.mount(LABEL)) {
      warmUp(mounted);
      Process backup = dozo.startBackUp("beside", other);
      try {
        note(dozo, Row.UNCACHED_BESIDE_BACKUP, mounted, uncached(JOBS));
        if (!backup.isAlive()) {
          progress.accept("The backup beside ended before the reads did: give a larger --beside");
        }
      } finally {
        bench.end(backup);
      }
    }
  }

  /**
   * Writes through a writable mount, and to a plain file beside its overlay.
   *
   * @param directory where both are: on a disk, since what an fsync costs is to be measured
   */
  void write(DozoTool dozo, Path directory) throws IOException, InterruptedException {
    Path plain = directory.resolve("plain.raw");
    bench.run(List.of("cp", disk.toString(), plain.toString()));
    bench.run(List.of("sync", plain.toString()));
    Load load = Load.syncedWrites(diskBytes);
    notePlain(Row.WRITES, fio.run(load, plain, time));
    Files.delete(plain);
    try (Mounted mounted = dozo.mountWritable(LABEL, directory.resolve("overlays"))) {
      note(dozo, Row.WRITES, mounted, load);
    }
  }

  private void note(Tool tool, Row row, Mounted mounted, Load load) throws IOException {
    double before = mounted.cpuSeconds();
    Outcome outcome = fio.run(load, mounted.file(), time);
    Figure figure =
        new Figure(tool.name(), row, outcome, mounted.cpuSeconds() - before, mounted.peakBytes());
    figures.add(figure);
    tell(figure);
  }

  private void notePlain(Row row, Outcome outcome) {
    Figure figure = new Figure(PLAIN, row, outcome, 0, 0);
    figures.add(figure);
    tell(figure);
  }

  private void tell(Figure figure) {
    Outcome outcome = figure.outcome();
    progress.accept(
        "%-10s %-50s %,10.0f/s %,7.0f MB/s p99 %.2f ms"
            .formatted(
                figure.tool(),
                figure.row().title(),
                outcome.perSecond(),
                outcome.bytesPerSecond() / 1e6,
                outcome.p99Seconds() * 1e3));
  }
}
