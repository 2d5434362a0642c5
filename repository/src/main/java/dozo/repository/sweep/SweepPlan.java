package dozo.repository.sweep;

import dozo.format.pack.ContentKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which packs go, and which are rewritten.
 *
 * @param dead hold nothing that is needed
 * @param sparse are rewritten: for their waste, or because they are small, damaged, or sealed under
 *     an older epoch
 * @param wasteBytes about how much waste is left in the others
 */
record SweepPlan(List<PackMarks> dead, List<PackMarks> sparse, long wasteBytes) {

  /** Small packs are joined when there are so many of a kind: a byte is rewritten rarely so. */
  static final int SMALL_TOGETHER = 8;

  /** A pack is small below this share of the size that packs are meant to have. */
  private static final int SMALL_SHARE = 4;

  private static final Comparator<PackMarks> MOST_WASTE_FIRST =
      Comparator.comparingDouble(
              (PackMarks pack) -> -((double) pack.wasteBytes() / pack.pack().sizeBytes()))
          .thenComparingInt(pack -> pack.pack().number());

  /**
   * Plans a sweep.
   *
   * @param marks all packs that were there at the snapshot
   * @param budget how much waste may be left
   * @param packBytes the size that packs are meant to have
   * @param newestEpoch packs that are sealed under another are rewritten; 0 to leave them
   */
  static SweepPlan of(List<PackMarks> marks, WasteBudget budget, long packBytes, int newestEpoch) {
    List<PackMarks> dead = new ArrayList<>();
    List<PackMarks> kept = new ArrayList<>();
    for (PackMarks pack : marks) {
      if (!pack.isUntouchable()) {
        (pack.live() == 0 ? dead : kept).add(pack);
      }
    }
    Set<PackMarks> sparse = new HashSet<>();
    for (ContentKind kind : ContentKind.values()) {
      List<PackMarks> small =
          kept.stream()
              .filter(pack -> pack.pack().kind() == kind)
              .filter(pack -> pack.pack().sizeBytes() < packBytes / SMALL_SHARE)
              .toList();
      if (small.size() >= SMALL_TOGETHER) {
        sparse.addAll(small);
      }
    }
    kept.stream().filter(PackMarks::isRewritten).forEach(sparse::add);
    if (newestEpoch != 0) {
      kept.stream().filter(pack -> pack.pack().epoch() != newestEpoch).forEach(sparse::add);
    }
    long used = 0;
    long waste = 0;
    for (PackMarks pack : kept) {
      used += pack.pack().sizeBytes() - pack.wasteBytes();
      waste += sparse.contains(pack) ? 0 : pack.wasteBytes();
    }
    long bound = budget.bytes(used);
    for (PackMarks pack : kept.stream().sorted(MOST_WASTE_FIRST).toList()) {
      if (waste <= bound || pack.wasteBytes() == 0) {
        break;
      }
      if (sparse.add(pack)) {
        waste -= pack.wasteBytes();
      }
    }
    return new SweepPlan(dead, kept.stream().filter(sparse::contains).toList(), waste);
  }
}
