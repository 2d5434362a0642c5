package dozo.bench.sweep;

import dozo.format.chunk.Algorithm;
import dozo.format.chunk.ChunkerParameters;
import dozo.format.key.Argon2Cost;
import dozo.format.key.KeyFile;
import dozo.format.key.SlotSecret;
import dozo.format.manifest.RepositoryParameters;
import dozo.format.manifest.RestorePoint;
import dozo.repository.Repository;
import dozo.repository.RepositoryOptions;
import dozo.repository.space.SpaceReport;
import dozo.repository.sweep.SweepListener;
import dozo.repository.sweep.SweepReport;
import dozo.repository.sweep.SweepRequest;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Seconds and memory of a sweep over a repository of many small chunks.
 *
 * <pre>
 * SweepBenchmark build DIRECTORY [CHUNKS]   makes the repository, 10 million chunks by default
 * SweepBenchmark sweep DIRECTORY            asks for space, marks, prunes and sweeps
 * </pre>
 *
 * <p>They are two processes so that the memory of the second is a sweep's alone. The chunks are 4
 * KiB that compress to almost nothing: ten million take some 1.5 GB of disk. What is backed up are
 * VMs of which each has a full restore point and two in which one block in twenty has changed,
 * scattered, which is the worst case for the maps: nearly every leaf is new each time.
 */
public final class SweepBenchmark {

  private static final int CHUNK_BYTES = 4 << 10;
  private static final int VMS = 10;
  private static final int CHANGES = 2;
  private static final int CHANGED_OF_20 = 1;

  private SweepBenchmark() {}

  /** Runs one of the two halves. */
  @SuppressWarnings("SystemOut")
  public static void main(String[] arguments) throws Exception {
    if (arguments.length < 2) {
      System.err.println("usage: SweepBenchmark build|sweep DIRECTORY [CHUNKS]");
      System.exit(64);
    }
    Path directory = Path.of(arguments[1]);
    switch (arguments[0]) {
      case "build" ->
          build(directory, arguments.length > 2 ? Long.parseLong(arguments[2]) : 10_000_000);
      case "sweep" -> sweep(directory);
      default -> throw new IllegalArgumentException("build or sweep, not " + arguments[0]);
    }
  }

  private static SlotSecret secret() {
    return KeyFile.of(new byte[KeyFile.MINIMUM_BYTES]);
  }

  private static void build(Path directory, long chunks) throws Exception {
    RepositoryOptions options = RepositoryOptions.standard();
    RepositoryParameters parameters =
        new RepositoryParameters(
            ChunkerParameters.of(Algorithm.FIXED, CHUNK_BYTES), 64 << 10, 64 << 20);
    try (SlotSecret secret = secret()) {
      Repository.create(directory, parameters, secret, Argon2Cost.DEFAULT, "bench", options);
    }
    // Of n blocks, n + n/20 + n/20 chunks come to be.
    long blocks = chunks * 20 / (20 + CHANGES * CHANGED_OF_20) / VMS;
    try (SlotSecret secret = secret();
        Repository repository = Repository.open(directory, secret, options)) {
      for (int vm = 0; vm < VMS; vm++) {
        SyntheticDisk disk = new SyntheticDisk(vm, blocks, CHUNK_BYTES);
        for (int change = 0; change <= CHANGES; change++) {
          disk.backUp(repository, change);
        }
        report("backed up VM " + vm, repository.statistics().packs().chunks() + " chunks");
      }
    }
  }

  private static void sweep(Path directory) throws Exception {
    SweepRequest request = SweepRequest.standard().withKeeping(Duration.ZERO, Duration.ZERO);
    try (SlotSecret secret = secret();
        Repository repository =
            timed("open", () -> Repository.open(directory, secret, RepositoryOptions.standard()))) {
      report("chunks and map nodes", repository.statistics().packs().chunks());
      report("packs", repository.statistics().packs().packs());
      List<RestorePoint> points = repository.restorePoints();
      List<RestorePoint> going =
          points.stream().filter(point -> isGoing(points.indexOf(point))).toList();
      SpaceReport space =
          timed("space", () -> repository.space(going.stream().map(RestorePoint::id).toList()));
      report("to be freed, chunks", space.freedChunks());
      resetPeaks();
      report(
          "mark",
          timed(
              "mark only", () -> repository.sweeper().sweep(request.dryRun(), SweepListener.NONE)));
      reportMemory();
      for (RestorePoint point : going) {
        repository.pruner().forget(point.id());
      }
      resetPeaks();
      SweepReport report =
          timed("sweep", () -> repository.sweeper().sweep(request, SweepListener.NONE));
      report("sweep", report);
      reportMemory();
    }
  }

  /** All restore points of every other VM, and the first of the others. */
  private static boolean isGoing(int number) {
    return number / (CHANGES + 1) % 2 == 0 || number % (CHANGES + 1) == 0;
  }

  private static <T> T timed(String what, Callable<T> work) throws Exception {
    long begun = System.nanoTime();
    T result = work.call();
    report(what + ", seconds", "%.1f".formatted((System.nanoTime() - begun) / 1e9));
    return result;
  }

  private static void resetPeaks() {
    System.gc();
    ManagementFactory.getMemoryPoolMXBeans().forEach(MemoryPoolMXBean::resetPeakUsage);
  }

  /** The heap with its garbage, and the process with what it has mapped of the index. */
  private static void reportMemory() throws IOException {
    long heap =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .mapToLong(pool -> pool.getPeakUsage().getUsed())
            .sum();
    report("heap at its peak, MiB", heap >> 20);
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM") || line.startsWith("RssAnon")) {
        report("process", line.replaceAll("\\s+", " "));
      }
    }
  }

  @SuppressWarnings("SystemOut")
  private static void report(String what, Object figure) {
    System.out.printf("%-26s %s%n", what, figure);
  }
}
