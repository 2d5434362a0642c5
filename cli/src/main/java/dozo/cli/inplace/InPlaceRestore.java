package dozo.cli.inplace;

import dozo.cli.read.DiskWindows;
import dozo.cli.read.ExtentWalk;
import dozo.cli.restore.RestoreListener;
import dozo.format.ChunkHasher;
import dozo.format.disk.ChunkSource;
import dozo.format.disk.DiskRange;
import dozo.format.disk.Extent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Writes a disk to a target that may hold most of it already. Each chunk's place in the target is
 * read and named; only chunks that are not there are fetched and written, and holes are punched
 * where there is anything else than zeros.
 *
 * <p>Used by one thread and once; {@link #cancel} may be called by any.
 */
public final class InPlaceRestore {

  private final ChunkSource source;
  private final InPlaceTarget target;
  private final Supplier<ChunkHasher> hashers;
  private final boolean dryRun;
  private final DiskWindows windows;
  private final AtomicLong comparedBytes = new AtomicLong();
  private final AtomicLong writtenBytes = new AtomicLong();
  private final AtomicLong zeroedBytes = new AtomicLong();

  /**
   * What was done, or would be.
   *
   * @param comparedBytes read from the target
   * @param writtenBytes fetched and written
   * @param zeroedBytes made zero
   */
  public record Outcome(long comparedBytes, long writtenBytes, long zeroedBytes) {}

  /**
   * Prepares to restore.
   *
   * @param hashers make what names the disk's chunks
   * @param ranges where the target may differ; empty for anywhere
   * @param dryRun whether to find out only
   */
  public InPlaceRestore(
      ChunkSource source,
      InPlaceTarget target,
      Supplier<ChunkHasher> hashers,
      Optional<List<DiskRange>> ranges,
      boolean dryRun) {
    this.source = source;
    this.target = target;
    this.hashers = hashers;
    this.dryRun = dryRun;
    ExtentWalk walk =
        ranges
            .map(these -> ExtentWalk.over(source, these))
            .orElseGet(() -> ExtentWalk.from(source, 0));
    this.windows = new DiskWindows(walk, extent -> true);
  }

  /** Makes {@link #run} end soon. The target is then part of the way, and another run ends it. */
  public void cancel() {
    windows.cancel();
  }

  /**
   * Restores; what was written is on stable storage when this returns.
   *
   * @throws CancellationException if it was cancelled
   */
  public Outcome run(RestoreListener listener) throws IOException {
    AtomicLong seen = new AtomicLong();
    try {
      windows.run(
          this::compare, (position, bytes) -> listener.progressed(position, seen.addAndGet(bytes)));
    } finally {
      if (!dryRun) {
        target.force();
      }
    }
    return new Outcome(comparedBytes.get(), writtenBytes.get(), zeroedBytes.get());
  }

  private void compare(List<Extent> extents) throws IOException {
    TargetReader reader = new TargetReader(target, hashers.get());
    List<Extent> differing = new ArrayList<>();
    for (Extent extent : extents) {
      if (extent.isHole()) {
        for (DiskRange range : reader.nonZero(extent.offset(), extent.end())) {
          zeroedBytes.addAndGet(range.lengthBytes());
          if (!dryRun) {
            target.zero(range.offset(), range.lengthBytes());
          }
        }
      } else if (!reader.holds(extent)) {
        differing.add(extent);
        writtenBytes.addAndGet(extent.lengthBytes());
      }
    }
    comparedBytes.addAndGet(reader.readBytes());
    if (!dryRun && !differing.isEmpty()) {
      write(differing);
    }
  }

  private void write(List<Extent> chunks) throws IOException {
    try {
      source.fetch(
          chunks,
          (index, plain) -> {
            try {
              target.write(chunks.get(index).offset(), plain);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
