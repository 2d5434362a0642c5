package dozo.server.upkeep;

import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.repository.Repository;
import dozo.repository.verify.VerifyReport;
import dozo.repository.verify.VerifyRequest;
import dozo.repository.work.StopSignal;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads every pack and checks every byte of it. What it finds is in its report and, since it may
 * run at night and by itself, in the log.
 *
 * @param age packs that were found sound no longer ago than that are not read again; zero for none
 * @param bytesPerSecond how much is read at most, or 0 for no bound
 */
public record VerifyTask(Duration age, long bytesPerSecond) implements UpkeepTask {

  static final String KIND = "verify";

  private static final Logger log = LoggerFactory.getLogger(VerifyTask.class);

  /** So many findings of a kind are logged; the report has more. */
  private static final int LOGGED = 100;

  static VerifyTask parse(JsonMembers members) {
    return parse(members, age(members).orElse(Duration.ZERO));
  }

  /**
   * Reads what is to be done every day. The age has to be said: without one everything would be
   * read every day, and a reading that was cut short would begin at the beginning.
   */
  static VerifyTask parsePlanned(JsonMembers members) {
    return parse(
        members,
        age(members)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "A plan to verify says what to leave out: \"olderThan\", such as \"30d\"")));
  }

  private static VerifyTask parse(JsonMembers members, Duration age) {
    long rate = members.text("rate").map(Rate::parse).orElse(0L);
    members.requireAllTaken();
    return new VerifyTask(age, rate);
  }

  private static Optional<Duration> age(JsonMembers members) {
    return members.text("olderThan").map(text -> SweepTask.time(text, "An age of verification"));
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public boolean needsAdmin() {
    return false;
  }

  /** At a rate it may last for days, and a full disk cannot wait for its sweep that long. */
  @Override
  public boolean runsBesideOthers() {
    return true;
  }

  @Override
  public ObjectNode run(Repository repository, Listener listener, StopSignal stop)
      throws IOException {
    // Noted first: what is forgotten meanwhile may have been verified, and has a name here.
    Map<RestorePointId, RestorePoint> points = new HashMap<>();
    repository.restorePoints().forEach(point -> points.put(point.id(), point));
    VerifyReport report =
        repository.verify(
            VerifyRequest.all(true).notSince(age).withRate(bytesPerSecond),
            (phase, done, total) ->
                listener.progress(phase.name().toLowerCase(Locale.ROOT), done, total),
            stop);
    log(report);
    note(report, listener);
    return VerifyJson.write(report, points);
  }

  private static void note(VerifyReport report, Listener listener) {
    report.brokenFiles().stream()
        .limit(LOGGED)
        .forEach(file -> listener.note("A file is broken: " + file));
    report.damages().stream()
        .limit(LOGGED)
        .forEach(damage ->
            listener.note(
                "Restore point %s, %s: %d bytes from %d on are lost: %s"
                    .formatted(
                        damage.restorePoint(),
                        damage.name(),
                        damage.lengthBytes(),
                        damage.offset(),
                        damage.reason())));
    listener.note(
        report.packs() + " packs read, " + report.freshPacks() + " were found sound not long ago");
  }

  /** Damaged packs were logged when they were found. */
  private static void log(VerifyReport report) {
    log.info(
        "Verified sound={} stopped={} restorePoints={} packs={} bytes={} notAgain={}",
        report.isSound(),
        report.isStopped(),
        report.restorePoints(),
        report.packs(),
        report.packBytes(),
        report.freshPacks());
    logFirst(report.brokenFiles(), file -> log.error("A file is broken file={}", file));
    logFirst(
        report.damages(),
        damage ->
            log.error(
                "A range is lost restorePoint={} name={} offset={} length={} reason={}",
                damage.restorePoint(),
                damage.name(),
                damage.offset(),
                damage.lengthBytes(),
                damage.reason()));
  }

  private static <T> void logFirst(List<T> found, Consumer<T> line) {
    found.stream().limit(LOGGED).forEach(line);
    if (found.size() > LOGGED) {
      log.error("More of these are in the job's report more={}", found.size() - LOGGED);
    }
  }
}
