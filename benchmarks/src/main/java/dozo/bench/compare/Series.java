package dozo.bench.compare;

import dozo.bench.compare.Figures.Figure;
import dozo.bench.compare.Tool.Backup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Takes one tool through all steps. The image of the day is copied to memory before each step, so
 * that reading it costs every tool the same.
 */
final class Series {

  /** The name that a disk image has in the source directory, and so in backups. */
  static final String DISK = "disk.raw";

  private final Workbench bench;
  private final Images images;
  private final int days;
  private final Tool tool;
  private final Figures figures;
  private final Consumer<String> progress;
  private Stored elsewhere = Stored.NOTHING;

  /**
   * Prepares.
   *
   * @param days how many days of the VM are taken
   * @param progress is told of each step
   */
  Series(
      Workbench bench,
      Images images,
      int days,
      Tool tool,
      Figures figures,
      Consumer<String> progress) {
    this.bench = bench;
    this.images = images;
    this.days = days;
    this.tool = tool;
    this.figures = figures;
    this.progress = progress;
  }

  /** Runs all steps, those through a mount only where this machine can. */
  void run(MountReads reads) throws IOException, InterruptedException {
    tool.open();
    backUp();
    restore();
    if (reads.isPossible()) {
      reads.run(tool, label(days), put(images.day(days)));
    }
    if (tool instanceof DozoTool dozo) {
      backUpChanges(dozo);
    }
  }

  private void backUp() throws IOException, InterruptedException {
    String vm = images.vm();
    for (int day = 1; day <= days; day++) {
      Path disk = put(images.day(day));
      note(day == 1 ? Step.first(vm) : Step.whole(vm, day), tool.backUp(vm, label(day), disk));
    }
    Path disk = put(images.day(days));
    note(Step.unchanged(vm, days), tool.backUp(vm, "again", disk));
    if (tool instanceof DozoTool dozo && dozo.hasTransfers()) {
      for (String transfer : List.of("stream", "source")) {
        List<String> option = List.of("--transfer", transfer);
        note(
            Step.unchanged(vm, days, transfer),
            dozo.backUp(vm, "again-" + transfer, disk, DozoTool.USUAL, option));
      }
    }
    // Another name for the same bytes, so that no tool knows the file.
    Path clone = bench.make("source-of-clone").resolve(DISK);
    Files.move(disk, clone);
    note(Step.clone(vm, days), tool.backUp(vm + "-clone", "clone", clone));
    Files.delete(clone);
    if (images.hasSibling()) {
      note(
          Step.sibling(images.sibling()),
          tool.backUp(images.sibling(), "sibling", put(images.siblingDay())));
    }
  }

  private void restore() throws IOException, InterruptedException {
    Files.deleteIfExists(source());
    restore(Step.restore(images.vm(), days));
    if (tool instanceof DozoTool dozo) {
      restore(Step.restoreWhenWarm(images.vm(), days));
      if (days > 1) {
        rollBack(dozo, List.of());
        rollBack(dozo, List.of("--base", dozo.restorePoint(label(days - 1))));
      }
    }
  }

  private void restore(Step step) throws IOException, InterruptedException {
    Path directory = bench.make("restored");
    noteRestore(step, tool.restore(label(days), directory), directory.resolve(DISK));
    bench.delete(directory);
  }

  private void rollBack(DozoTool dozo, List<String> base) throws IOException, InterruptedException {
    Path target = put(images.day(days - 1));
    Step step = Step.rollBack(images.vm(), days, !base.isEmpty());
    noteRestore(step, dozo.restoreInPlace(label(days), target, base), target);
    Files.delete(target);
  }

  private void noteRestore(Step step, Usage usage, Path restored) throws IOException {
    note(step, new Backup(usage, OptionalLong.empty()));
    long differs = Files.mismatch(images.day(days), restored);
    if (differs >= 0) {
      throw new IOException(
          "What " + tool.name() + " restored differs from the image at byte " + differs);
    }
  }

  /** The same days in a dedup domain of their own, the first of them on a server that has run. */
  private void backUpChanges(DozoTool dozo) throws IOException, InterruptedException {
    String vm = images.vm();
    elsewhere = Stored.in(tool.repository(), bench);
    String domain = "changes";
    String base = domain + 1;
    note(Step.firstWhenWarm(vm), dozo.backUp(vm, base, put(images.day(1)), domain, List.of()));
    for (int day = 2; day <= days && images.hasChanges(day); day++) {
      List<String> options =
          List.of("--base", dozo.restorePoint(base), "--changes", "disk0=" + images.changes(day));
      base = domain + day;
      note(Step.changes(vm, day), dozo.backUp(vm, base, put(images.day(day)), domain, options));
    }
  }

  private static String label(int day) {
    return "day" + day;
  }

  private Path source() {
    return bench.path("source").resolve(DISK);
  }

  /** Copies an image to where it is backed up from. */
  private Path put(Path image) throws IOException, InterruptedException {
    bench.make("source");
    Files.deleteIfExists(source());
    bench.run(List.of("cp", "--sparse=always", image.toString(), source().toString()));
    return source();
  }

  private void note(Step step, Backup backup) throws IOException {
    Usage usage = backup.usage();
    Stored stored = Stored.in(tool.repository(), bench).since(elsewhere);
    figures.add(new Figure(tool.name(), step, usage, backup.sentBytes(), stored));
    progress.accept(
        "%-7s %-42s %6.2f s, CPU %6.2f s, others' CPU %.1f s, %d MiB stored"
            .formatted(
                tool.name(),
                step.title(),
                usage.wallSeconds(),
                usage.cpuSeconds(),
                usage.otherCpuSeconds(),
                stored.bytes() >> 20));
  }
}
