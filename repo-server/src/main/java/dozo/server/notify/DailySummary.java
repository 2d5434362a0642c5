package dozo.server.notify;

import dozo.format.manifest.RestorePoint;
import dozo.repository.Repository;
import dozo.repository.storage.RoomLevel;
import dozo.server.channel.Event;
import dozo.server.channel.EventKind;
import dozo.server.health.Growth;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells once a day how it stands, so that its absence shows that something is wrong with the server
 * itself.
 *
 * <p>Not safe for use by several threads.
 */
final class DailySummary {

  private static final double GIB = 1L << 30;

  private final NotificationSettings settings;
  private LocalDate last = LocalDate.EPOCH;
  private int failedBackups;
  private int failedJobs;

  DailySummary(NotificationSettings settings) {
    this.settings = settings;
  }

  /** Counts what is told, for the next summary. */
  void count(EventKind kind) {
    failedBackups += kind == EventKind.BACKUP_FAILED ? 1 : 0;
    failedJobs += kind == EventKind.JOB_FAILED ? 1 : 0;
  }

  /** Whether today's time has come and today's has not been told. */
  boolean isDue(Instant now) {
    if (settings.summaryAt().isEmpty()) {
      return false;
    }
    ZonedDateTime here = now.atZone(settings.zone());
    return here.toLocalDate().isAfter(last)
        && !here.toLocalTime().isBefore(settings.summaryAt().get());
  }

  /** Tells how it stands, and that this was told today. */
  Event tell(Repository repository, int warnings, Instant now, UUID id) throws IOException {
    List<RestorePoint> all = repository.restorePoints();
    Instant yesterday = now.minus(Duration.ofDays(1));
    List<RestorePoint> came =
        all.stream().filter(point -> point.created().isAfter(yesterday)).toList();
    long vms = came.stream().map(point -> point.vm().id()).distinct().count();
    long newBytes = came.stream().mapToLong(point -> point.statistics().newBytes()).sum();
    RoomLevel room = repository.room();
    OptionalLong days = Growth.of(all, now).fullInDays(room);
    TreeMap<String, String> details = new TreeMap<>();
    details.put("restorePoints", String.valueOf(came.size()));
    details.put("vms", String.valueOf(vms));
    details.put("newBytes", String.valueOf(newBytes));
    details.put("failedBackups", String.valueOf(failedBackups));
    details.put("failedJobs", String.valueOf(failedJobs));
    details.put("warnings", String.valueOf(warnings));
    details.put("freeBytes", String.valueOf(room.usableBytes()));
    String text =
        String.format(
            Locale.ROOT,
            "%d restore points of %d VMs came in 24 hours, with %.1f GiB that were new; %d are kept"
                + " in all. Failures since the last summary: %d of backups, %d of tasks. Warnings"
                + " that hold: %d. Free: %.1f of %.1f GiB%s.",
            came.size(),
            vms,
            newBytes / GIB,
            all.size(),
            failedBackups,
            failedJobs,
            warnings,
            room.usableBytes() / GIB,
            room.totalBytes() / GIB,
            days.isPresent()
                ? ", which lasts for %d days at the present growth".formatted(days.getAsLong())
                : "");
    String title =
        "%d restore points, %d failures, %d warnings"
            .formatted(came.size(), failedBackups + failedJobs, warnings);
    last = now.atZone(settings.zone()).toLocalDate();
    failedBackups = 0;
    failedJobs = 0;
    return new Event(id, now, EventKind.SUMMARY, title, text, details);
  }

  ObjectNode toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("last", last.toString())
        .put("failedBackups", failedBackups)
        .put("failedJobs", failedJobs);
  }

  /**
   * Takes up what was kept.
   *
   * @throws java.time.DateTimeException if it is not as it has to be
   */
  void load(JsonNode node) {
    last = LocalDate.parse(node.path("last").asString(""));
    failedBackups = node.path("failedBackups").asInt(0);
    failedJobs = node.path("failedJobs").asInt(0);
  }
}
