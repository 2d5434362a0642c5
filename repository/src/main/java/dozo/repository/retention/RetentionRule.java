package dozo.repository.retention;

/** One reason to keep restore points. */
public sealed interface RetentionRule {

  /** What the rule counts. */
  Period period();

  /** The rule's name, such as {@code keep-daily}; a policy has at most one of each. */
  String name();

  /** The value as it is written behind the name. */
  String value();

  /**
   * Keeps the newest restore point of each of the newest periods that have any.
   *
   * @param period what to count
   * @param count how many, at least 1; {@link #ALL} for no bound
   */
  record Newest(Period period, int count) implements RetentionRule {

    /** Every period there is. */
    public static final int ALL = Integer.MAX_VALUE;

    private static final String ALL_WORD = "all";

    /** Checks the count. */
    public Newest {
      if (count < 1) {
        throw new IllegalArgumentException(
            period.countRule() + " is a number from 1, or all, not " + count);
      }
    }

    @Override
    public String name() {
      return period.countRule();
    }

    @Override
    public String value() {
      return count == ALL ? ALL_WORD : Integer.toString(count);
    }

    @Override
    public String toString() {
      return name() + "=" + value();
    }
  }

  /**
   * Keeps the newest restore point of each period within a span back from the VM's newest restore
   * point, both ends included.
   *
   * @param period what to count
   * @param span how far back
   */
  record Within(Period period, RetentionSpan span) implements RetentionRule {

    @Override
    public String name() {
      return period.withinRule();
    }

    @Override
    public String value() {
      return span.toString();
    }

    @Override
    public String toString() {
      return name() + "=" + value();
    }
  }
}
