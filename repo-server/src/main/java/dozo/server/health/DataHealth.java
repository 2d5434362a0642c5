package dozo.server.health;

import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.RestorePoint;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What a restore point cost, as shares that can be compared: how much of its data the repository
 * had not seen before, and how much of that was left after compression. Data that somebody has
 * encrypted is new and does not compress, whatever it was before.
 *
 * @param newBytes the bytes of chunks that the repository did not have
 * @param newShare what part of all data these are, 0 to 1: the change rate, and what deduplication
 *     could not save
 * @param storedShare what compression left of them, 0 to 1; 1 where it does not help. Eight times
 *     that is an upper bound of their entropy, in bits a byte
 */
public record DataHealth(long newBytes, double newShare, double storedShare) {

  /** So many restore points before one say what is usual for it. */
  private static final int PREDECESSORS = 10;

  /** With fewer nothing is usual yet. */
  private static final int FEWEST = 3;

  /** Less new data than this says nothing: a log file or two. */
  private static final long LEAST_BYTES = 16 << 20;

  /** A change of less than this share is none that anybody needs to look at. */
  private static final double LARGE_SHARE = 0.2;

  /** What is usual counts as no less than this, so that an idle VM's first patch day is no jump. */
  private static final double USUAL_SHARE = 0.03;

  private static final double JUMP = 4;

  /** Encrypted data comes out of a compressor as it went in. */
  private static final double INCOMPRESSIBLE = 0.9;

  private static final double COMPRESSIBLE = 0.8;

  /** Where data never compressed, only a change of about everything is odd. */
  private static final double ALL = 0.6;

  /** Looks at a restore point. */
  public static DataHealth of(RestorePoint point) {
    long data =
        point.disks().stream().map(DiskEntry::map).mapToLong(map -> map.dataBytes()).sum()
            + point.files().stream().mapToLong(file -> file.map().dataBytes()).sum();
    long fresh = point.statistics().newBytes();
    return new DataHealth(
        fresh, share(fresh, data), fresh == 0 ? 0 : share(point.statistics().storedBytes(), fresh));
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : Math.min(1, (double) part / whole);
  }

  /**
   * What is usual for restore points of a VM.
   *
   * @param newShare the median of theirs
   * @param storedShare the median of theirs that had enough new data to tell; 1 if none had
   */
  public record Usual(double newShare, double storedShare) {}

  /**
   * What is usual before a restore point.
   *
   * @param before the VM's restore points before it, the oldest first
   * @return empty if there are too few
   */
  public static Optional<Usual> usual(List<RestorePoint> before) {
    List<DataHealth> recent =
        before.reversed().stream().limit(PREDECESSORS).map(DataHealth::of).toList();
    if (recent.size() < FEWEST) {
      return Optional.empty();
    }
    // The first backup of all is new throughout, and says how well the VM's data compresses.
    List<DataHealth> telling =
        before.stream().map(DataHealth::of).filter(each -> each.newBytes >= LEAST_BYTES).toList();
    return Optional.of(
        new Usual(
            median(recent, DataHealth::newShare),
            telling.isEmpty() ? 1 : median(telling, DataHealth::storedShare)));
  }

  private static double median(List<DataHealth> all, ToDoubleFunction<DataHealth> value) {
    double[] sorted = all.stream().mapToDouble(value).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /** Whether it can be odd at all, whatever is usual: few are, and what is usual takes a while. */
  boolean canBeOdd() {
    return newBytes >= LEAST_BYTES && newShare >= LARGE_SHARE && storedShare >= INCOMPRESSIBLE;
  }

  /**
   * Says what is odd about it, for a person.
   *
   * @return empty if nothing is
   */
  public Optional<String> oddity(Usual usual) {
    boolean jumps = newShare >= JUMP * Math.max(usual.newShare(), USUAL_SHARE);
    if (!canBeOdd() || !jumps) {
      return Optional.empty();
    }
    if (usual.storedShare() > COMPRESSIBLE && newShare < ALL) {
      return Optional.empty();
    }
    return Optional.of(
        "%d %% of its data is new, where %d %% is usual, and %d %% of that is left after"
                .formatted(percent(newShare), percent(usual.newShare()), percent(storedShare))
            + " compression, where %d %% is usual: this is what encryption looks like"
                .formatted(percent(usual.storedShare())));
  }

  private static long percent(double share) {
    return Math.round(share * 100);
  }
}
