package dozo.server.admin;

import dozo.format.manifest.IngestStatistics;
import dozo.format.manifest.RestorePoint;
import dozo.repository.storage.RoomLevel;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the restore points hold, what they cost, and what came each day (of UTC) of the last 90.
 * Only restore points that are still there count, so that what came and was forgotten since makes
 * the past look smaller than it was.
 */
final class Growth {

  private static final int DAYS = 90;

  /** So many days are averaged to tell when it will be full. */
  private static final int FORECAST_DAYS = 30;

  private static final class Day {
    int restorePoints;
    long newBytes;
    long storedBytes;
  }

  private final LocalDate today;
  private final TreeMap<LocalDate, Day> days = new TreeMap<>();
  private int restorePoints;
  private long sizeBytes;
  private long dataBytes;
  private long newBytes;
  private long storedBytes;

  private Growth(LocalDate today) {
    this.today = today;
  }

  /** Adds up restore points. */
  static Growth of(List<RestorePoint> points, Instant now) {
    Growth growth = new Growth(dayOf(now));
    points.forEach(growth::add);
    return growth;
  }

  private static LocalDate dayOf(Instant instant) {
    return LocalDate.ofInstant(instant, ZoneOffset.UTC);
  }

  private void add(RestorePoint point) {
    IngestStatistics cost = point.statistics();
    restorePoints++;
    sizeBytes += PointJson.sizeBytes(point);
    dataBytes += PointJson.dataBytes(point);
    newBytes += cost.newBytes();
    storedBytes += cost.storedBytes();
    LocalDate date = dayOf(point.created());
    if (date.isAfter(today.minusDays(DAYS)) && !date.isAfter(today)) {
      Day day = days.computeIfAbsent(date, each -> new Day());
      day.restorePoints++;
      day.newBytes += cost.newBytes();
      day.storedBytes += cost.storedBytes();
    }
  }

  /**
   * Adds the members {@code content}, {@code days} and, if it can be told, {@code fullInDays}: how
   * long the room lasts if as much comes each day as did on the average of the last 30, or since
   * the first backup within them, and nothing is given back.
   */
  void describe(ObjectNode body, RoomLevel room) {
    body.putObject("content")
        .put("restorePoints", restorePoints)
        .put("sizeBytes", sizeBytes)
        .put("dataBytes", dataBytes)
        .put("newBytes", newBytes)
        .put("storedBytes", storedBytes);
    ArrayNode list = body.putArray("days");
    days.forEach((date, day) ->
        list.addObject()
            .put("date", date.toString())
            .put("restorePoints", day.restorePoints)
            .put("newBytes", day.newBytes)
            .put("storedBytes", day.storedBytes));
    var recent = days.tailMap(today.minusDays(FORECAST_DAYS - 1));
    if (recent.isEmpty()) {
      return;
    }
    long came = recent.values().stream().mapToLong(day -> day.storedBytes).sum();
    long over = ChronoUnit.DAYS.between(recent.firstKey(), today) + 1;
    if (came > 0) {
      double daily = (double) came / over;
      long left = Math.max(0, room.usableBytes() - room.reserveBytes());
      body.put("dailyBytes", (long) daily);
      body.put("fullInDays", Math.round(Math.floor(left / daily)));
    }
  }
}
