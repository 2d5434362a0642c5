package dozo.repository.verify;

import dozo.format.key.DomainKeys;
import dozo.format.manifest.MapRoot;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.repository.claims.ReaderLeases;
import dozo.repository.read.ChunkFetcher;
import dozo.repository.work.StopSignal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

/**
 * Walks the maps of restore points, oldest first, and looks where their chunks are. Nodes that were
 * found sound with all below them are not looked at again when another restore point shares them.
 * For one thread, and one use.
 */
final class PointVerifier {

  private static final int MAXIMUM_DAMAGES = 10_000;

  private final ChunkFetcher fetcher;
  private final Function<String, DomainKeys> keys;
  private final ChunkChecker.Places places;
  private final ReaderLeases leases;
  private final StopSignal stop;
  private final LongConsumer progress;
  private final List<VerifyReport.Damage> damages = new ArrayList<>();
  private final List<RestorePointId> broken = new ArrayList<>();
  private final List<RestorePoint> whole = new ArrayList<>();
  private final Map<String, ChunkChecker> checkers = new HashMap<>();
  private long moreDamages;
  private int verified;

  /**
   * Prepares a walk.
   *
   * @param keys the id keys of each dedup domain
   * @param leases keep a restore point from being forgotten while it is walked
   * @param progress hears of bytes of data that were gone over
   */
  PointVerifier(
      ChunkFetcher fetcher,
      Function<String, DomainKeys> keys,
      ChunkChecker.Places places,
      ReaderLeases leases,
      StopSignal stop,
      LongConsumer progress) {
    this.fetcher = fetcher;
    this.keys = keys;
    this.places = places;
    this.leases = leases;
    this.stop = stop;
    this.progress = progress;
  }

  /** How much data restore points have; what they share counts for each. */
  static long dataBytes(List<RestorePoint> points) {
    long bytes = 0;
    for (RestorePoint point : points) {
      bytes += point.disks().stream().mapToLong(disk -> disk.map().dataBytes()).sum();
      bytes += point.files().stream().mapToLong(file -> file.map().dataBytes()).sum();
    }
    return bytes;
  }

  /**
   * Walks restore points. One that is forgotten meanwhile is left out.
   *
   * @param exists whether a restore point has not been forgotten
   * @throws IOException if the fault lies not with the repository's data
   */
  void verify(List<RestorePoint> points, Predicate<RestorePointId> exists) throws IOException {
    for (RestorePoint point : points) {
      if (leases.acquire(point.id())) {
        try {
          if (exists.test(point.id())) {
            verify(point);
          }
        } finally {
          leases.release(point.id());
        }
      }
    }
  }

  int verified() {
    return verified;
  }

  List<RestorePointId> broken() {
    return broken;
  }

  /** Those that can be read whole. */
  List<RestorePoint> whole() {
    return whole;
  }

  List<VerifyReport.Damage> damages() {
    return damages;
  }

  long moreDamages() {
    return moreDamages;
  }

  long nodes() {
    return checkers.values().stream().mapToLong(ChunkChecker::nodes).sum();
  }

  long chunks() {
    return checkers.values().stream().mapToLong(ChunkChecker::chunks).sum();
  }

  long bytes() {
    return checkers.values().stream().mapToLong(ChunkChecker::bytes).sum();
  }

  private void verify(RestorePoint point) throws IOException {
    ChunkChecker checker =
        checkers.computeIfAbsent(
            point.domain(), domain -> new ChunkChecker(fetcher, keys.apply(domain), places));
    verified++;
    boolean sound = true;
    for (var disk : point.disks()) {
      sound &= verify(point, disk.name(), disk.map(), disk.geometry().sizeBytes(), checker);
    }
    for (var file : point.files()) {
      sound &= verify(point, file.name(), file.map(), file.sizeBytes(), checker);
    }
    if (sound) {
      whole.add(point);
    } else {
      broken.add(point.id());
    }
  }

  private boolean verify(
      RestorePoint point, String name, MapRoot root, long sizeBytes, ChunkChecker checker)
      throws IOException {
    String neededBy = "restore point " + point.id() + ", " + name;
    MapWalk walk =
        new MapWalk(
            checker,
            neededBy,
            bytes -> {
              stop.check();
              progress.accept(bytes);
            });
    return walk.run(
        root,
        sizeBytes,
        (offset, lengthBytes, reason) ->
            note(new VerifyReport.Damage(point.id(), name, offset, lengthBytes, reason)));
  }

  /** Notes a range, or lets it continue the one before: the first reason stands for all of it. */
  private void note(VerifyReport.Damage damage) {
    if (!damages.isEmpty() && damages.getLast().isFollowedBy(damage)) {
      damages.add(damages.removeLast().with(damage));
    } else if (damages.size() < MAXIMUM_DAMAGES) {
      damages.add(damage);
    } else {
      moreDamages++;
    }
  }
}
