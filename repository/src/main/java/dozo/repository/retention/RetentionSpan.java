package dozo.repository.retention;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stretch of time back from an instant, in calendar units: {@code 7d}, {@code 2y5m7d3h}. A part
 * that is zero is left out; at least one is not.
 *
 * @param years 0 to 1,000
 * @param months 0 to 12,000
 * @param days 0 to 366,000
 * @param hours 0 to 8,784,000
 */
public record RetentionSpan(int years, int months, int days, int hours) {

  private static final int MOST_YEARS = 1_000;
  private static final Pattern TEXT =
      Pattern.compile("(?:(\\d{1,7})y)?(?:(\\d{1,7})m)?(?:(\\d{1,7})d)?(?:(\\d{1,7})h)?");

  /** Checks the bounds. */
  public RetentionSpan {
    check(years, MOST_YEARS, "years");
    check(months, 12 * MOST_YEARS, "months");
    check(days, 366 * MOST_YEARS, "days");
    check(hours, 24 * 366 * MOST_YEARS, "hours");
    if (years == 0 && months == 0 && days == 0 && hours == 0) {
      throw new IllegalArgumentException("A duration is longer than nothing");
    }
  }

  /**
   * Reads a span from its text: numbers of years, months, days and hours, in this order.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  public static RetentionSpan parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (text.isEmpty() || !matcher.matches()) {
      throw new IllegalArgumentException(
          "A duration is written like 7d, 12h or 2y5m7d3h (years, months, days, hours), not \""
              + text
              + "\"");
    }
    return new RetentionSpan(
        part(matcher, 1), part(matcher, 2), part(matcher, 3), part(matcher, 4));
  }

  /**
   * The instant that lies this long before another on the zone's calendar. Years and months come
   * first; a day that the month does not have becomes the month's last.
   */
  Instant before(Instant instant, ZoneId zone) {
    ZonedDateTime date = instant.atZone(zone).minusMonths(12L * years + months).minusDays(days);
    return date.toInstant().minus(hours, ChronoUnit.HOURS);
  }

  private static int part(Matcher matcher, int group) {
    String digits = matcher.group(group);
    return digits == null ? 0 : Integer.parseInt(digits);
  }

  private static void check(int value, int maximum, String unit) {
    if (value < 0 || value > maximum) {
      throw new IllegalArgumentException(
          "A duration has 0 to " + maximum + " " + unit + ", not " + value);
    }
  }

  /** Returns the text that {@link #parse} reads. */
  @Override
  public String toString() {
    return part(years, 'y') + part(months, 'm') + part(days, 'd') + part(hours, 'h');
  }

  private static String part(int value, char unit) {
    return value == 0 ? "" : Integer.toString(value) + unit;
  }
}
