package dozo.repository.retention;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What is to become of a restore point.
 *
 * @param candidate the restore point
 * @param reasons everything that keeps it; if nothing does, it is to be forgotten
 */
public record RetentionDecision(RetentionCandidate candidate, List<KeepReason> reasons) {

  /** Keeps a copy. */
  public RetentionDecision {
    reasons = List.copyOf(reasons);
  }

  /** Whether it is kept. */
  public boolean isKept() {
    return !reasons.isEmpty();
  }

  /** All reasons, and whether it is damaged, as a text for a person. */
  public String explanation() {
    String text =
        isKept()
            ? reasons.stream().map(KeepReason::toString).collect(Collectors.joining("; "))
            : "no rule keeps it";
    boolean tellsDamage =
        reasons.contains(new KeepReason.LastGood(Verification.DAMAGED))
            || candidate.verification() != Verification.DAMAGED;
    return tellsDamage ? text : text + "; it is damaged";
  }

  @Override
  public String toString() {
    return (isKept() ? "keep " : "forget ")
        + candidate.id()
        + " of "
        + candidate.created()
        + ": "
        + explanation();
  }
}
