package dozo.repository.retention;

import dozo.format.manifest.RestorePointId;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Applies a policy to the restore points of one VM, as {@code docs/retention.md} defines.
 *
 * <p>Every rule is applied twice: to all restore points, and to those that are not known to be
 * damaged, so that a damaged one never stands for its day while a sound one of that day is
 * forgotten.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class RetentionPlanner {

  private static final Comparator<RetentionCandidate> NEWEST_FIRST =
      Comparator.comparing(RetentionCandidate::created)
          .thenComparing(RetentionCandidate::id)
          .reversed();

  private final RetentionPolicy policy;
  private final ZoneId zone;

  /**
   * Makes a planner.
   *
   * @param policy what is worth keeping
   * @param zone whose calendar says what an hour, a day, a week, a month and a year are
   */
  public RetentionPlanner(RetentionPolicy policy, ZoneId zone) {
    this.policy = policy;
    this.zone = zone;
  }

  /**
   * Decides about each restore point of one VM.
   *
   * @param candidates all restore points of the VM, in any order
   * @param now the server's clock; says only which holds are over and whether it can be right
   * @throws IllegalArgumentException if a restore point is there twice
   */
  public RetentionPlan plan(Collection<RetentionCandidate> candidates, Instant now) {
    List<RetentionCandidate> newestFirst = candidates.stream().sorted(NEWEST_FIRST).toList();
    requireDistinct(newestFirst);
    if (newestFirst.isEmpty()) {
      return new RetentionPlan.Decided(List.of());
    }
    RetentionCandidate newest = newestFirst.getFirst();
    if (newest.created().isAfter(now)) {
      return refused(newest, now);
    }
    Map<RestorePointId, List<KeepReason>> reasons = new HashMap<>();
    newestFirst.forEach(candidate -> reasons.put(candidate.id(), new ArrayList<>()));
    List<RetentionCandidate> undamaged =
        newestFirst.stream().filter(c -> c.verification() != Verification.DAMAGED).toList();
    for (RetentionRule rule : policy.rules()) {
      Set<RestorePointId> kept = apply(rule, newestFirst, false, Set.of(), reasons);
      if (undamaged.size() < newestFirst.size()) {
        apply(rule, undamaged, true, kept, reasons);
      }
    }
    keepWhateverTheRulesSay(newestFirst, now, reasons);
    return new RetentionPlan.Decided(
        newestFirst.stream()
            .map(c -> new RetentionDecision(c, reasons.getOrDefault(c.id(), List.of())))
            .toList());
  }

  /**
   * Adds the reasons that a rule gives.
   *
   * @param newestFirst what the rule is applied to
   * @param standsIn whether that is without what is damaged
   * @param already the restore points that the rule keeps anyway and that need no second reason
   * @return the restore points that the rule keeps
   */
  private Set<RestorePointId> apply(
      RetentionRule rule,
      List<RetentionCandidate> newestFirst,
      boolean standsIn,
      Set<RestorePointId> already,
      Map<RestorePointId, List<KeepReason>> reasons) {
    Set<RestorePointId> kept = new HashSet<>();
    if (newestFirst.isEmpty()) {
      return kept;
    }
    int places =
        switch (rule) {
          case RetentionRule.Newest newest -> newest.count();
          case RetentionRule.Within within -> Integer.MAX_VALUE;
        };
    Instant since =
        switch (rule) {
          case RetentionRule.Newest newest -> Instant.MIN;
          case RetentionRule.Within within ->
              within.span().before(newestFirst.getFirst().created(), zone);
        };
    Set<Long> periods = new HashSet<>();
    for (int i = 0; i < newestFirst.size(); i++) {
      RetentionCandidate candidate = newestFirst.get(i);
      if (candidate.created().isBefore(since)) {
        return kept;
      }
      long period = rule.period().numberOf(candidate.created().atZone(zone), i);
      KeepReason reason;
      if (!periods.contains(period)) {
        if (periods.size() == places) {
          return kept;
        }
        periods.add(period);
        reason = new KeepReason.Rule(rule, periods.size(), standsIn);
      } else if (i == newestFirst.size() - 1 && periods.size() < places) {
        reason = new KeepReason.Oldest(rule, standsIn);
      } else {
        continue;
      }
      kept.add(candidate.id());
      if (!already.contains(candidate.id())) {
        reasons.computeIfAbsent(candidate.id(), id -> new ArrayList<>()).add(reason);
      }
    }
    return kept;
  }

  private static void keepWhateverTheRulesSay(
      List<RetentionCandidate> newestFirst,
      Instant now,
      Map<RestorePointId, List<KeepReason>> reasons) {
    for (RetentionCandidate candidate : newestFirst) {
      List<KeepReason> own = reasons.computeIfAbsent(candidate.id(), id -> new ArrayList<>());
      candidate.pins().stream()
          .filter(pin -> pin.isInForce(now))
          .map(KeepReason.Pinned::new)
          .forEach(own::add);
      if (candidate.inUse()) {
        own.add(new KeepReason.InUse());
      }
    }
    for (Verification best :
        List.of(Verification.SOUND, Verification.NEVER, Verification.DAMAGED)) {
      for (RetentionCandidate candidate : newestFirst) {
        if (candidate.verification() == best) {
          reasons
              .computeIfAbsent(candidate.id(), id -> new ArrayList<>())
              .add(new KeepReason.LastGood(best));
          return;
        }
      }
    }
  }

  private static RetentionPlan refused(RetentionCandidate newest, Instant now) {
    return new RetentionPlan.Refused(
        "Restore point "
            + newest.id()
            + " was made at "
            + newest.created()
            + ", which is later than now, "
            + now
            + ": the clock is wrong, or was wrong then. Nothing is forgotten. Set the clock; if it"
            + " is right, delete restore points from the future by their ids, or wait.");
  }

  private static void requireDistinct(List<RetentionCandidate> candidates) {
    Set<RestorePointId> ids = new HashSet<>();
    for (RetentionCandidate candidate : candidates) {
      if (!ids.add(candidate.id())) {
        throw new IllegalArgumentException("Restore point " + candidate.id() + " is there twice");
      }
    }
  }
}
