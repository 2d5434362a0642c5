package dozo.server.health;

import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.VmRef;
import dozo.repository.Repository;
import dozo.repository.RepositoryStatistics;
import dozo.repository.retention.Verification;
import dozo.repository.storage.RoomLevel;
import dozo.server.health.Warning.Kind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Collects what an operator should look at, from what is there now: what is mended is not warned of
 * any more. Only odd data waits for somebody who has seen it.
 */
public final class Warnings {

  /** So many restore points of a VM say how often it is backed up. */
  private static final int INTERVALS = 10;

  private static final int FEWEST = 3;
  private static final int INTERVALS_MISSED = 2;
  private static final Duration LEAST_OVERDUE = Duration.ofHours(6);
  private static final Duration VERIFIED_WITHIN = Duration.ofDays(35);
  private static final int DAYS_OF_ROOM = 30;

  /** Clocks of a well-kept host differ by less. */
  private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);

  private final Repository repository;
  private final Suspicions suspicions;
  private final Supplier<Optional<Instant>> verified;
  private final List<WarningSource> others;

  /**
   * Looks at a repository.
   *
   * @param verified tells when a verification of everything last ended, if one is known to have
   * @param others know of more
   */
  public Warnings(
      Repository repository,
      Suspicions suspicions,
      Supplier<Optional<Instant>> verified,
      List<WarningSource> others) {
    this.repository = repository;
    this.suspicions = suspicions;
    this.verified = verified;
    this.others = List.copyOf(others);
  }

  /** Collects them, what concerns the repository as a whole first. */
  public List<Warning> collect(Instant now) throws IOException {
    List<RestorePoint> points = repository.restorePoints();
    List<Warning> warnings = new ArrayList<>();
    room(repository.room(), Growth.of(points, now)).ifPresent(warnings::add);
    addBrokenFiles(warnings);
    addVerification(warnings, points, now, verified.get());
    for (Suspicion suspicion : suspicions.look(now)) {
      if (suspicion.isShielding()) {
        warnings.add(of(suspicion));
      }
    }
    byVm(points).values().forEach(all -> addVm(warnings, all, now));
    others.forEach(other -> warnings.addAll(other.warnings(now)));
    return warnings;
  }

  static Optional<Warning> room(RoomLevel room, Growth growth) {
    OptionalLong days = growth.fullInDays(room);
    if (room.isShort()) {
      return Optional.of(
          Warning.ofRepository(
              Kind.FULL,
              "No backup can begin: %d bytes are free, and %d are kept free for pruning. Forget"
                      .formatted(room.usableBytes(), room.reserveBytes())
                  + " restore points and sweep, or make the file system larger."));
    }
    if (days.isPresent() && days.getAsLong() < DAYS_OF_ROOM) {
      return Optional.of(
          Warning.ofRepository(
              Kind.ROOM,
              "At the present growth the room lasts for %d days. Forget restore points and sweep,"
                      .formatted(days.getAsLong())
                  + " or make the file system larger."));
    }
    return Optional.empty();
  }

  private void addBrokenFiles(List<Warning> warnings) {
    RepositoryStatistics found = repository.statistics();
    int broken = found.unreadablePacks() + found.salvagedPacks() + found.damagedManifests();
    if (broken > 0) {
      warnings.add(
          Warning.ofRepository(
              Kind.BROKEN_FILES,
              "%d packs and %d manifests are damaged. Verify, and back up again what it names."
                  .formatted(
                      found.unreadablePacks() + found.salvagedPacks(), found.damagedManifests())));
    }
  }

  private void addVerification(
      List<Warning> warnings, List<RestorePoint> points, Instant now, Optional<Instant> verified) {
    Instant due = now.minus(VERIFIED_WITHIN);
    boolean isOld = !points.isEmpty() && points.getFirst().created().isBefore(due);
    if (isOld && verified.filter(at -> at.isAfter(due)).isEmpty()) {
      warnings.add(
          new Warning(
              Kind.UNVERIFIED,
              "Nothing was read back for "
                  + VERIFIED_WITHIN.toDays()
                  + " days. Verify, or have it"
                  + " done by itself: \"verify\" in the plan.",
              verified,
              Optional.empty(),
              Optional.empty()));
    }
  }

  private static Warning of(Suspicion suspicion) {
    return new Warning(
        Kind.ODD_DATA,
        suspicion.text()
            + ". Nothing of this VM is forgotten until somebody acknowledges this. Look into the"
            + " guest, and keep an older restore point if it is so.",
        Optional.of(suspicion.raised()),
        Optional.of(new VmRef(suspicion.namespace(), suspicion.vm(), suspicion.vmName(), "-")),
        Optional.of(suspicion.restorePoint()));
  }

  private void addVm(List<Warning> warnings, List<RestorePoint> points, Instant now) {
    RestorePoint newest = points.getLast();
    if (newest.created().isAfter(now.plus(CLOCK_TOLERANCE))) {
      warnings.add(
          about(
              newest,
              Kind.CLOCK,
              "It was made at "
                  + newest.created()
                  + ", later than now: the server's clock is, or"
                  + " was, wrong. Nothing of this VM is forgotten until then. Set the clock."));
    } else {
      overdue(points, now).ifPresent(warnings::add);
    }
    for (RestorePoint point : points) {
      if (repository.verification(point) == Verification.DAMAGED) {
        warnings.add(
            about(
                point,
                Kind.DAMAGED,
                "It was found damaged when it was verified. Back the VM up again: data that is"
                    + " still the same heals it."));
      }
    }
  }

  private static Optional<Warning> overdue(List<RestorePoint> points, Instant now) {
    if (points.size() < FEWEST) {
      return Optional.empty();
    }
    List<Duration> gaps = new ArrayList<>();
    for (int i = points.size() - 1; i > 0 && gaps.size() < INTERVALS; i--) {
      gaps.add(Duration.between(points.get(i - 1).created(), points.get(i).created()));
    }
    gaps.sort(null);
    Duration usual = gaps.get(gaps.size() / 2);
    Duration missed = usual.multipliedBy(INTERVALS_MISSED);
    Duration patience = missed.compareTo(LEAST_OVERDUE) < 0 ? LEAST_OVERDUE : missed;
    RestorePoint newest = points.getLast();
    return newest.created().plus(patience).isBefore(now)
        ? Optional.of(
            about(
                newest,
                Kind.OVERDUE,
                "It is the VM's newest, of "
                    + newest.created()
                    + "; usually one comes every "
                    + text(usual)
                    + ". See whether its backup job runs."))
        : Optional.empty();
  }

  private static String text(Duration duration) {
    return duration.toHours() >= 48
        ? duration.toDays() + " days"
        : duration.toHours() >= 2
            ? duration.toHours() + " hours"
            : duration.toMinutes() + " minutes";
  }

  private static Warning about(RestorePoint point, Kind kind, String text) {
    return new Warning(
        kind, text, Optional.of(point.created()), Optional.of(point.vm()), Optional.of(point.id()));
  }

  private record VmKey(String namespace, UUID id) {}

  private static Map<VmKey, List<RestorePoint>> byVm(List<RestorePoint> points) {
    Map<VmKey, List<RestorePoint>> vms = new LinkedHashMap<>();
    for (RestorePoint point : points) {
      vms.computeIfAbsent(
              new VmKey(point.vm().namespace(), point.vm().id()), key -> new ArrayList<>())
          .add(point);
    }
    return vms;
  }
}
