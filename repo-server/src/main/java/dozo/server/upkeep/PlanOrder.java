package dozo.server.upkeep;

import dozo.repository.sweep.SweepRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether a plan may keep less than another, as {@code docs/approval.md} defines. Where that cannot
 * be seen it is taken to.
 */
final class PlanOrder {

  private PlanOrder() {}

  /** Why a plan may keep less than the one before, a sentence each. */
  static List<String> losses(UpkeepPlan before, UpkeepPlan after) {
    List<String> losses = new ArrayList<>();
    addOfPruning(losses, before, after);
    addOfTrash(losses, before.sweep(), after.sweep());
    return losses;
  }

  private static void addOfPruning(List<String> losses, UpkeepPlan before, UpkeepPlan after) {
    Optional<List<PolicyRule>> rules = after.prune().map(daily -> daily.task().rules());
    if (rules.isEmpty()) {
      return;
    }
    if (before.prune().isEmpty()) {
      losses.add("It prunes, which the plan before does not");
    } else if (!before.zone().equals(after.zone())) {
      losses.add("Days, weeks and months are those of another time zone");
    } else {
      addOfRules(losses, before.prune().get().task().rules(), rules.get());
    }
  }

  private static void addOfRules(
      List<String> losses, List<PolicyRule> before, List<PolicyRule> after) {
    for (int i = 0; i < after.size(); i++) {
      PolicyRule rule = after.get(i);
      if (before.stream().noneMatch(old -> covers(old, rule))) {
        losses.add(name(i) + " may be for VMs that were left alone");
      }
      for (int j = 0; j < before.size(); j++) {
        if (mayMeet(before, j, after, i)
            && !PolicyOrder.keepsAtLeast(rule.policy(), before.get(j).policy())) {
          losses.add(
              "%s keeps %s, where rule %d of the plan before keeps %s"
                  .formatted(name(i), rule.policy(), j + 1, before.get(j).policy()));
        }
      }
    }
  }

  private static String name(int rule) {
    return "Rule " + (rule + 1);
  }

  /** Whether a VM may be decided about by the one rule before and by the other after. */
  private static boolean mayMeet(
      List<PolicyRule> before, int old, List<PolicyRule> after, int next) {
    PolicyRule left = before.get(old);
    PolicyRule right = after.get(next);
    boolean sameNamespace =
        left.namespace().isEmpty()
            || right.namespace().isEmpty()
            || left.namespace().equals(right.namespace());
    return sameNamespace
        && before.subList(0, old).stream().noneMatch(first -> coversEither(first, left, right))
        && after.subList(0, next).stream().noneMatch(first -> coversEither(first, left, right));
  }

  private static boolean coversEither(PolicyRule first, PolicyRule left, PolicyRule right) {
    return covers(first, left) || covers(first, right);
  }

  /** Whether a rule is surely for every VM that another is for. */
  private static boolean covers(PolicyRule rule, PolicyRule other) {
    return (rule.namespace().isEmpty() || rule.namespace().equals(other.namespace()))
        && (rule.vms().isEmpty()
            || (!other.vms().isEmpty() && rule.vms().containsAll(other.vms())));
  }

  private static void addOfTrash(List<String> losses, SweepRequest before, SweepRequest after) {
    addIfShorter(losses, "Restore points", before.keepRestorePoints(), after.keepRestorePoints());
    addIfShorter(losses, "Packs", before.keepPacks(), after.keepPacks());
  }

  private static void addIfShorter(
      List<String> losses, String what, Duration before, Duration after) {
    if (after.compareTo(before) < 0) {
      losses.add(
          "%s stay in the trash for %d h instead of %d h"
              .formatted(what, after.toHours(), before.toHours()));
    }
  }
}
