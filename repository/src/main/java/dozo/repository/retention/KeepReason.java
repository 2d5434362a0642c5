package dozo.repository.retention;

/** Why a restore point is kept. Each has a text for a person. */
public sealed interface KeepReason {

  /**
   * It is the newest of a period that a rule keeps.
   *
   * @param rule the rule
   * @param place the period's place among those that the rule counts, from 1 for the newest
   * @param standsIn whether it is kept only because what the rule would keep is known to be damaged
   */
  record Rule(RetentionRule rule, int place, boolean standsIn) implements KeepReason {
    @Override
    public String toString() {
      String text =
          switch (rule) {
            case RetentionRule.Newest newest ->
                newest.name() + ": " + place + " of " + newest.value();
            case RetentionRule.Within within -> within.toString();
          };
      return standsIn ? text + ", in the place of a damaged one" : text;
    }
  }

  /**
   * It is the oldest, and a rule has not found as much history yet as it may keep.
   *
   * @param rule the rule
   * @param standsIn whether it is kept only because what the rule would keep is known to be damaged
   */
  record Oldest(RetentionRule rule, boolean standsIn) implements KeepReason {
    @Override
    public String toString() {
      String text = rule + ": the oldest, until there is as much history";
      return standsIn ? text + ", in the place of a damaged one" : text;
    }
  }

  /**
   * A pin or a hold is on it.
   *
   * @param pin the pin, in force
   */
  record Pinned(Pin pin) implements KeepReason {
    @Override
    public String toString() {
      String text = pin.until() == null ? "pinned" : "held until " + pin.until();
      return pin.note().isEmpty() ? text : text + ": " + pin.note();
    }
  }

  /** A reader has it open. */
  record InUse() implements KeepReason {
    @Override
    public String toString() {
      return "in use by a reader";
    }
  }

  /**
   * No other one of the VM is both newer and known to be as good.
   *
   * @param verification what is known of its data, and so the best that is known of any of the VM
   */
  record LastGood(Verification verification) implements KeepReason {
    @Override
    public String toString() {
      return switch (verification) {
        case SOUND -> "the last one that verifies";
        case NEVER -> "the last one not known to be damaged; none has been verified";
        case DAMAGED -> "the last one; all are damaged";
      };
    }
  }
}
