package dozo.server.health;

import dozo.format.manifest.RestorePoint;
import dozo.repository.storage.RoomLevel;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What came each day (of UTC) of the last 90. Only restore points that are still there count, so
 * that what came and was forgotten since makes the past look smaller than it was.
 */
public final class Growth {

  private static final int DAYS = 90;

  /** So many days are averaged to tell when it will be full. */
  private static final int FORECAST_DAYS = 30;

  private final LocalDate today;
  private final TreeMap<LocalDate, Day> days = new TreeMap<>();

  /**
   * What came on a day.
   *
   * @param restorePoints how many
   * @param newBytes the bytes of chunks that the repository did not have
   * @param storedBytes what these became in the packs
   */
  public record Day(int restorePoints, long newBytes, long storedBytes) {

    private Day plus(Day other) {
      return new Day(
          restorePoints + other.restorePoints,
          newBytes + other.newBytes,
          storedBytes + other.storedBytes);
    }
  }

  private Growth(LocalDate today) {
    this.today = today;
  }

  /** Adds up restore points. */
  public static Growth of(List<RestorePoint> points, Instant now) {
    Growth growth = new Growth(dayOf(now));
    for (RestorePoint point : points) {
      LocalDate date = dayOf(point.created());
      if (date.isAfter(growth.today.minusDays(DAYS)) && !date.isAfter(growth.today)) {
        Day day = new Day(1, point.statistics().newBytes(), point.statistics().storedBytes());
        growth.days.merge(date, day, Day::plus);
      }
    }
    return growth;
  }

  private static LocalDate dayOf(Instant instant) {
    return LocalDate.ofInstant(instant, ZoneOffset.UTC);
  }

  /** The days on which something came, the oldest first. */
  public NavigableMap<LocalDate, Day> days() {
    return Collections.unmodifiableNavigableMap(days);
  }

  /**
   * How much is stored a day, on the average of the last 30 or since the first backup within them;
   * empty if nothing came.
   */
  public OptionalLong dailyBytes() {
    NavigableMap<LocalDate, Day> recent = days.tailMap(today.minusDays(FORECAST_DAYS - 1), true);
    long came = recent.values().stream().mapToLong(Day::storedBytes).sum();
    return came == 0
        ? OptionalLong.empty()
        : OptionalLong.of(
            Math.max(1, came / (ChronoUnit.DAYS.between(recent.firstKey(), today) + 1)));
  }

  /** How many days the room lasts if as much comes each day and nothing is given back. */
  public OptionalLong fullInDays(RoomLevel room) {
    long left = Math.max(0, room.usableBytes() - room.reserveBytes());
    OptionalLong daily = dailyBytes();
    return daily.isEmpty() ? daily : OptionalLong.of(left / daily.getAsLong());
  }
}
