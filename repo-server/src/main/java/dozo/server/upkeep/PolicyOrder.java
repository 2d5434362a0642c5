package dozo.server.upkeep;

import dozo.repository.retention.Period;
import dozo.repository.retention.RetentionPolicy;
import dozo.repository.retention.RetentionRule;
import dozo.repository.retention.RetentionSpan;

/**
 * Whether a policy keeps all that another does, of whatever restore points. It answers no where it
 * cannot tell.
 */
final class PolicyOrder {

  private static final int MONTHS = 12;
  private static final int SHORTEST_MONTH = 28;
  private static final int LONGEST_MONTH = 31;
  private static final int HOURS = 24;

  /** Clocks that are set twice a year make days of a span that much longer or shorter in all. */
  private static final int CHANGED_HOURS = 3;

  private PolicyOrder() {}

  /** Whether the one keeps all that the other does. */
  static boolean keepsAtLeast(RetentionPolicy policy, RetentionPolicy other) {
    return other.rules().stream()
        .allMatch(theirs -> policy.rules().stream().anyMatch(ours -> keepsAtLeast(ours, theirs)));
  }

  private static boolean keepsAtLeast(RetentionRule rule, RetentionRule other) {
    return switch (rule) {
      case RetentionRule.Newest newest -> keepsAtLeast(newest, other);
      case RetentionRule.Within within ->
          other instanceof RetentionRule.Within theirs
              && divides(within.period(), theirs.period())
              && isAsLong(within.span(), theirs.span());
    };
  }

  private static boolean keepsAtLeast(RetentionRule.Newest newest, RetentionRule other) {
    if (newest.count() == RetentionRule.Newest.ALL) {
      return divides(newest.period(), other.period());
    }
    return other instanceof RetentionRule.Newest theirs
        && newest.period() == theirs.period()
        && newest.count() >= theirs.count();
  }

  /** Whether each period of the one kind lies within one of the other. */
  private static boolean divides(Period fine, Period coarse) {
    return fine == coarse
        || switch (fine) {
          case EACH -> true;
          case HOUR -> coarse != Period.EACH;
          case DAY -> coarse != Period.EACH && coarse != Period.HOUR;
          case MONTH -> coarse == Period.YEAR;
          case WEEK, YEAR -> false;
        };
  }

  private static boolean isAsLong(RetentionSpan span, RetentionSpan other) {
    boolean inEachPart =
        months(span) >= months(other)
            && span.days() >= other.days()
            && span.hours() >= other.hours();
    return inEachPart
        || hours(span, SHORTEST_MONTH) - CHANGED_HOURS
            >= hours(other, LONGEST_MONTH) + CHANGED_HOURS;
  }

  private static long months(RetentionSpan span) {
    return (long) MONTHS * span.years() + span.months();
  }

  private static long hours(RetentionSpan span, int daysOfAMonth) {
    return HOURS * (months(span) * daysOfAMonth + span.days()) + span.hours();
  }
}
