package dozo.repository.retention;

import java.util.List;

/** What came of planning for one VM. */
public sealed interface RetentionPlan {

  /**
   * A decision for each restore point.
   *
   * @param decisions the newest restore point first
   */
  record Decided(List<RetentionDecision> decisions) implements RetentionPlan {

    /** Keeps a copy. */
    public Decided {
      decisions = List.copyOf(decisions);
    }

    /** What is to be forgotten, the newest first. */
    public List<RetentionCandidate> forgotten() {
      return decisions.stream()
          .filter(decision -> !decision.isKept())
          .map(RetentionDecision::candidate)
          .toList();
    }
  }

  /**
   * Nothing is decided, and so nothing may be forgotten, because the clock contradicts the restore
   * points.
   *
   * @param why what is wrong and what to do now, for a person
   */
  record Refused(String why) implements RetentionPlan {}
}
