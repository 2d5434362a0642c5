package dozo.repository.retention;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;

/**
 * What a rule counts: restore points themselves, or the hours, days, weeks, months or years of a
 * time zone that have any.
 */
public enum Period {
  /** Each restore point is a period of its own. */
  EACH("last", ""),
  /** An hour of the local clock; the hour that comes twice in autumn is two hours. */
  HOUR("hourly", "hourly"),
  /** A day of the local calendar. */
  DAY("daily", "daily"),
  /** A week of ISO 8601, from Monday to Sunday. */
  WEEK("weekly", "weekly"),
  /** A month of the local calendar. */
  MONTH("monthly", "monthly"),
  /** A year of the local calendar. */
  YEAR("yearly", "yearly");

  private final String countWord;
  private final String withinWord;

  Period(String countWord, String withinWord) {
    this.countWord = countWord;
    this.withinWord = withinWord;
  }

  /** The name of the rule that keeps the newest of these, such as {@code keep-daily}. */
  String countRule() {
    return "keep-" + countWord;
  }

  /** The name of the rule that keeps these for a time, such as {@code keep-within-daily}. */
  String withinRule() {
    return withinWord.isEmpty() ? "keep-within" : "keep-within-" + withinWord;
  }

  /**
   * The number of the period that an instant lies in: equal for two instants exactly if they lie in
   * the same.
   *
   * @param index what to number a restore point by that is a period of its own
   */
  long numberOf(ZonedDateTime time, int index) {
    LocalDate date = time.toLocalDate();
    return switch (this) {
      case EACH -> index;
      case HOUR ->
          time.toLocalDateTime().truncatedTo(ChronoUnit.HOURS).toEpochSecond(time.getOffset());
      case DAY -> date.toEpochDay();
      case WEEK -> date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)).toEpochDay();
      case MONTH -> date.getLong(ChronoField.PROLEPTIC_MONTH);
      case YEAR -> date.getYear();
    };
  }
}
