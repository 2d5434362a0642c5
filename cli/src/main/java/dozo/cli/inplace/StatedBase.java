package dozo.cli.inplace;

import dozo.cli.read.ExtentWalk;
import dozo.format.BaseMismatchException;
import dozo.format.ChunkHasher;
import dozo.format.Fault;
import dozo.format.disk.ChunkSource;
import dozo.format.disk.DiskRange;
import dozo.format.disk.Extent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The restore point that a target is said to hold. What is to be written over must be what that one
 * or the wanted one has there, since an earlier run may have come so far; of the rest, which is to
 * stay, a sample must be right.
 */
public final class StatedBase {

  private static final int SAMPLES = 32;
  private static final int SAMPLED_BYTES_OF_A_HOLE = 64 << 10;

  private final ChunkSource base;
  private final ChunkSource wanted;
  private final InPlaceTarget target;
  private final TargetReader reader;

  /**
   * Prepares to check a target.
   *
   * @param base the disk that it is said to hold
   * @param wanted the disk that it is to become
   * @param hashers make what names the chunks of both
   */
  public StatedBase(
      ChunkSource base, ChunkSource wanted, InPlaceTarget target, Supplier<ChunkHasher> hashers) {
    this.base = base;
    this.wanted = wanted;
    this.target = target;
    this.reader = new TargetReader(target, hashers.get());
  }

  /**
   * Checks.
   *
   * @param changes where the two disks differ, in order
   * @throws BaseMismatchException if the target holds something else
   */
  public void check(List<DiskRange> changes, RandomGenerator random) throws IOException {
    long end = Math.min(base.sizeBytes(), wanted.sizeBytes());
    for (DiskRange change : changes) {
      if (change.offset() < end) {
        checkChange(new DiskRange(change.offset(), Math.min(change.end(), end) - change.offset()));
      }
    }
    for (int i = 0; i < SAMPLES && end > 0; i++) {
      long offset = random.nextLong(end);
      if (changes.stream().noneMatch(range -> range.offset() <= offset && offset < range.end())) {
        checkSample(offset, firstChangeFrom(offset, changes));
      }
    }
  }

  /** Every byte has to be in an extent of either disk that the target holds. */
  private void checkChange(DiskRange change) throws IOException {
    List<Extent> held = new ArrayList<>(held(base, change));
    if (covered(held, change) < change.end()) {
      held.addAll(held(wanted, change));
      long covered = covered(held, change);
      if (covered < change.end()) {
        throw mismatch(covered);
      }
    }
  }

  private List<Extent> held(ChunkSource disk, DiskRange change) throws IOException {
    List<Extent> held = new ArrayList<>();
    ExtentWalk walk = ExtentWalk.over(disk, List.of(change));
    while (walk.hasNext()) {
      Extent extent = walk.next();
      if (reader.holds(extent)) {
        held.add(extent);
      }
    }
    return held;
  }

  /** Up to where extents cover a range without a gap. */
  private static long covered(List<Extent> extents, DiskRange range) {
    long covered = range.offset();
    extents.sort(Comparator.comparingLong(Extent::offset));
    for (Extent extent : extents) {
      if (extent.offset() <= covered) {
        covered = Math.max(covered, extent.end());
      }
    }
    return covered;
  }

  private static long firstChangeFrom(long offset, List<DiskRange> changes) {
    return changes.stream()
        .mapToLong(DiskRange::offset)
        .filter(change -> change >= offset)
        .findFirst()
        .orElse(Long.MAX_VALUE);
  }

  /** A hole of the wanted disk may go on where the base has data. */
  private void checkSample(long offset, long nextChange) throws IOException {
    Extent extent = wanted.extents(offset, 1).getFirst();
    long end = Math.min(extent.end(), Math.min(nextChange, offset + SAMPLED_BYTES_OF_A_HOLE));
    Extent sample = extent.isHole() ? new Extent(offset, end - offset, Extent.HOLE) : extent;
    if (!reader.holds(sample)) {
      throw mismatch(sample.offset());
    }
  }

  private BaseMismatchException mismatch(long offset) {
    return new BaseMismatchException(
        Fault.of("The target is not as the restore point of --base has it; nothing was written")
            .in("target " + target)
            .at(offset)
            .cure("leave --base out: all of the target is compared then"));
  }
}
