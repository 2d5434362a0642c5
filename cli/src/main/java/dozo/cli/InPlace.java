package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Progress;
import dozo.cli.console.Quantity;
import dozo.cli.inplace.InPlaceRestore;
import dozo.cli.inplace.InPlaceTarget;
import dozo.cli.inplace.StatedBase;
import dozo.format.ChunkHasher;
import dozo.format.disk.ChunkSource;
import dozo.format.disk.DiskRange;
import dozo.format.manifest.RestorePoint;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/**
 * What {@code dozo restore --in-place} does.
 *
 * @param target the file or block device
 * @param base what the target is said to hold, if anything
 * @param resize whether a file may be made longer or shorter
 * @param dryRun whether to tell only what would be done
 */
record InPlace(Path target, Optional<RestorePoint> base, boolean resize, boolean dryRun) {

  /** Restores a disk of a restore point. */
  void run(Access open, RestorePoint point, String disk, Output output) throws IOException {
    long begin = System.nanoTime();
    try (ChunkSource source = open.openDisk(point.id(), disk);
        InPlaceTarget opened = InPlaceTarget.open(target, dryRun)) {
      Supplier<ChunkHasher> hashers = open.chunkHashers(point);
      boolean fits = requireSize(opened, source.sizeBytes(), output);
      Optional<List<DiskRange>> changes = Optional.empty();
      if (base.isPresent()) {
        changes = Optional.of(open.changes(base.get(), point, disk));
        try (ChunkSource there = open.openDisk(base.get().id(), disk)) {
          new StatedBase(there, source, opened, hashers).check(changes.get(), new SecureRandom());
        }
      }
      if (!fits && !dryRun) {
        opened.resize(source.sizeBytes());
      }
      InPlaceRestore restore = new InPlaceRestore(source, opened, hashers, changes, dryRun);
      InPlaceRestore.Outcome outcome = write(open, restore, source, changes, disk, output);
      report(point, disk, source, outcome, Duration.ofNanos(System.nanoTime() - begin), output);
    }
  }

  /** Whether the target has the size of the disk, or is a device that is larger. */
  private boolean requireSize(InPlaceTarget opened, long wanted, Output output) throws IOException {
    long there = opened.sizeBytes();
    if (there == wanted) {
      return true;
    }
    if (opened.isDevice() && there > wanted) {
      output.notice(
          "%s is larger than the disk by %s, which stay as they are"
              .formatted(target, Quantity.bytes(there - wanted)));
      return true;
    }
    if (opened.isDevice() || !resize) {
      throw new FileSystemException(
          target.toString(),
          null,
          "The target has %,d bytes and the disk %,d. What to do: %s"
              .formatted(
                  there,
                  wanted,
                  opened.isDevice()
                      ? "extend the device"
                      : "--resize makes the file as long as the disk"));
    }
    return false;
  }

  private InPlaceRestore.Outcome write(
      Access open,
      InPlaceRestore restore,
      ChunkSource source,
      Optional<List<DiskRange>> changes,
      String disk,
      Output output)
      throws IOException {
    long all =
        changes
            .map(ranges -> ranges.stream().mapToLong(DiskRange::lengthBytes).sum())
            .orElse(source.sizeBytes());
    Runnable cancel =
        () -> {
          restore.cancel();
          open.giveUp();
        };
    try (Progress progress = Progress.open(output, disk);
        Interruption _ = Interruption.cancels(cancel)) {
      return restore.run((position, compared) ->
          progress.show(
              new Progress.Step(
                  compared, all, "", json -> json.put("name", disk).put("position", position))));
    } catch (CancellationException e) {
      if (!dryRun) {
        output.notice(
            target + " is part of the way to the restore point; the same command goes on");
      }
      throw e;
    }
  }

  private void report(
      RestorePoint point,
      String disk,
      ChunkSource source,
      InPlaceRestore.Outcome outcome,
      Duration elapsed,
      Output output) {
    output.json(
        "restored",
        json ->
            json.put("restorePoint", point.id().toString())
                .put("name", disk)
                .put("file", target.toString())
                .put("inPlace", true)
                .put("dryRun", dryRun)
                .put("sizeBytes", source.sizeBytes())
                .put("dataBytes", source.dataBytes())
                .put("comparedBytes", outcome.comparedBytes())
                .put("fetchedBytes", outcome.writtenBytes())
                .put("zeroedBytes", outcome.zeroedBytes())
                .put("seconds", elapsed.toMillis() / 1000.0));
    output.line(
        "%s: %s compared, %s %s, %s %s, in %s"
            .formatted(
                target,
                Quantity.bytes(outcome.comparedBytes()),
                Quantity.bytes(outcome.writtenBytes()),
                dryRun ? "would be written" : "written",
                Quantity.bytes(outcome.zeroedBytes()),
                dryRun ? "would be made zero" : "made zero",
                Quantity.time(elapsed)));
  }
}
