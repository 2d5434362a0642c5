package dozo.repository.retention;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.IsoFields;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** {@code docs/retention.md} read a second time, one restore point after another and slowly. */
final class RetentionOracle {

  private final RetentionPolicy policy;
  private final ZoneId zone;
  private final Instant now;
  private final List<RetentionCandidate> all;

  RetentionOracle(RetentionPolicy policy, ZoneId zone, Instant now, List<RetentionCandidate> all) {
    this.policy = policy;
    this.zone = zone;
    this.now = now;
    this.all = all;
  }

  boolean keeps(RetentionCandidate candidate) {
    Predicate<RetentionCandidate> undamaged = c -> c.verification() != Verification.DAMAGED;
    List<RetentionCandidate> sound = all.stream().filter(undamaged).toList();
    return policy.rules().stream().anyMatch(rule -> keeps(rule, candidate, all))
        || (undamaged.test(candidate)
            && policy.rules().stream().anyMatch(rule -> keeps(rule, candidate, sound)))
        || candidate.inUse()
        || candidate.pins().stream()
            .anyMatch(pin -> pin.until() == null || pin.until().compareTo(now) > 0)
        || isLastGood(candidate);
  }

  private boolean keeps(
      RetentionRule rule, RetentionCandidate candidate, List<RetentionCandidate> among) {
    boolean oldest = among.stream().noneMatch(other -> isNewer(candidate, other));
    boolean latest =
        among.stream()
            .filter(other -> label(rule.period(), other).equals(label(rule.period(), candidate)))
            .noneMatch(other -> isNewer(other, candidate));
    return switch (rule) {
      case RetentionRule.Newest newest -> {
        Set<String> newerPeriods =
            among.stream()
                .filter(other -> isNewer(other, candidate))
                .map(other -> label(rule.period(), other))
                .collect(Collectors.toSet());
        long periods = among.stream().map(other -> label(rule.period(), other)).distinct().count();
        yield (latest && newerPeriods.size() < newest.count())
            || (oldest && periods < newest.count());
      }
      case RetentionRule.Within within -> {
        Instant first =
            among.stream().map(RetentionCandidate::created).max(Instant::compareTo).orElseThrow();
        ZonedDateTime back =
            first
                .atZone(zone)
                .minusMonths(within.span().months() + 12L * within.span().years())
                .minusDays(within.span().days());
        Instant since = back.toInstant().minusMillis(3_600_000L * within.span().hours());
        yield candidate.created().compareTo(since) >= 0 && (latest || oldest);
      }
    };
  }

  private boolean isLastGood(RetentionCandidate candidate) {
    return all.stream()
        .noneMatch(other ->
            rank(other) > rank(candidate)
                || (rank(other) == rank(candidate) && isNewer(other, candidate)));
  }

  private static int rank(RetentionCandidate candidate) {
    return switch (candidate.verification()) {
      case SOUND -> 2;
      case NEVER -> 1;
      case DAMAGED -> 0;
    };
  }

  private static boolean isNewer(RetentionCandidate one, RetentionCandidate other) {
    int order = one.created().compareTo(other.created());
    return order > 0 || (order == 0 && one.id().toString().compareTo(other.id().toString()) > 0);
  }

  private String label(Period period, RetentionCandidate candidate) {
    ZonedDateTime time = candidate.created().atZone(zone);
    ZoneOffset offset = time.getOffset();
    return switch (period) {
      case EACH -> candidate.id().toString();
      case HOUR -> time.toLocalDate() + "T" + time.getHour() + offset;
      case DAY -> time.toLocalDate().toString();
      case WEEK ->
          String.format(
              Locale.ROOT,
              "%d-W%d",
              time.get(IsoFields.WEEK_BASED_YEAR),
              time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
      case MONTH -> time.getYear() + "-" + time.getMonth();
      case YEAR -> String.valueOf(time.getYear());
    };
  }
}
