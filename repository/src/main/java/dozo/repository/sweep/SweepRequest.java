package dozo.repository.sweep;

import java.time.Duration;

/**
 * How to sweep.
 *
 * @param maximumUnused how much waste is left in packs
 * @param keepRestorePoints how long forgotten restore points stay in the trash, and keep what they
 *     need
 * @param keepPacks how long retired packs stay in the trash
 * @param resealsOldEpochs whether packs that are sealed under an older key epoch are rewritten
 * @param bytesPerSecond how much is read and written at most, or 0 for no bound
 * @param isDryRun whether to find out only what a sweep would do
 */
public record SweepRequest(
    WasteBudget maximumUnused,
    Duration keepRestorePoints,
    Duration keepPacks,
    boolean resealsOldEpochs,
    long bytesPerSecond,
    boolean isDryRun) {

  /** How long forgotten restore points can be brought back unless it is said otherwise. */
  public static final Duration KEEP_RESTORE_POINTS = Duration.ofDays(7);

  /** How long retired packs are kept unless it is said otherwise. */
  public static final Duration KEEP_PACKS = Duration.ofDays(1);

  /** Checks the bounds. */
  public SweepRequest {
    if (keepRestorePoints.isNegative() || keepPacks.isNegative()) {
      throw new IllegalArgumentException("What is in the trash is kept for no negative time");
    }
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException("A rate is no less than 0, not " + bytesPerSecond);
    }
  }

  /** What is done unless it is said otherwise. */
  public static SweepRequest standard() {
    return new SweepRequest(WasteBudget.STANDARD, KEEP_RESTORE_POINTS, KEEP_PACKS, false, 0, false);
  }

  /** The same with another waste budget. */
  public SweepRequest withMaximumUnused(WasteBudget budget) {
    return new SweepRequest(
        budget, keepRestorePoints, keepPacks, resealsOldEpochs, bytesPerSecond, isDryRun);
  }

  /** The same with other times in the trash. */
  public SweepRequest withKeeping(Duration restorePoints, Duration packs) {
    return new SweepRequest(
        maximumUnused, restorePoints, packs, resealsOldEpochs, bytesPerSecond, isDryRun);
  }

  /** The same, rewriting what is sealed under an older key epoch. */
  public SweepRequest resealing() {
    return new SweepRequest(
        maximumUnused, keepRestorePoints, keepPacks, true, bytesPerSecond, isDryRun);
  }

  /** The same at another rate. */
  public SweepRequest withRate(long bytes) {
    return new SweepRequest(
        maximumUnused, keepRestorePoints, keepPacks, resealsOldEpochs, bytes, isDryRun);
  }

  /** The same, changing nothing. */
  public SweepRequest dryRun() {
    return new SweepRequest(
        maximumUnused, keepRestorePoints, keepPacks, resealsOldEpochs, bytesPerSecond, true);
  }
}
