package dozo.server.health;

import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.StateEntry;
import dozo.format.manifest.VmRef;
import dozo.repository.Repository;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is odd about restore points, and who has seen it. What was found is kept in the repository's
 * state, so that it is not lost with what it was found from, and holds for whoever prunes.
 *
 * <p>Safe for use by several threads.
 */
public final class Suspicions {

  private static final Logger log = LoggerFactory.getLogger(Suspicions.class);

  /** What is older was looked at when it was made, or before that a server was older than this. */
  private static final Duration LOOKED_BACK = Duration.ofDays(7);

  private final Repository repository;

  /** Looks at the restore points of a repository. */
  public Suspicions(Repository repository) {
    this.repository = repository;
  }

  private record VmKey(String namespace, UUID id) {
    static VmKey of(VmRef vm) {
      return new VmKey(vm.namespace(), vm.id());
    }
  }

  /**
   * Looks at what has come, and tells all that is there, acknowledged or not, the newest first.
   *
   * @throws IOException if one of those found before cannot be read, since it cannot be known what
   *     it keeps
   */
  public synchronized List<Suspicion> look(Instant now) throws IOException {
    List<Suspicion> known = new ArrayList<>();
    for (StateEntry entry : repository.state().listAll(SuspicionJson.KIND)) {
      known.add(read(entry));
    }
    Set<UUID> ids = new HashSet<>();
    known.forEach(suspicion -> ids.add(suspicion.id()));
    Map<VmKey, List<RestorePoint>> before = new HashMap<>();
    for (RestorePoint point : repository.restorePoints()) {
      List<RestorePoint> older =
          before.computeIfAbsent(VmKey.of(point.vm()), key -> new ArrayList<>());
      if (point.created().isAfter(now.minus(LOOKED_BACK)) && !ids.contains(point.id().uuid())) {
        Optional<Suspicion> found = judge(point, older, now);
        if (found.isPresent()) {
          repository.state().put(SuspicionJson.write(found.get()));
          known.add(found.get());
          log.warn(
              "A restore point is odd restorePoint={} vm={} why=\"{}\"",
              point.id(),
              point.vm().id(),
              found.get().text());
        }
      }
      older.add(point);
    }
    known.sort(Comparator.comparing(Suspicion::restorePoint).reversed());
    return known;
  }

  private static Suspicion read(StateEntry entry) throws IOException {
    try {
      return SuspicionJson.read(entry);
    } catch (IllegalArgumentException e) {
      throw new IOException("Suspicion " + entry.id() + " cannot be read", e);
    }
  }

  private static Optional<Suspicion> judge(
      RestorePoint point, List<RestorePoint> older, Instant now) {
    DataHealth health = DataHealth.of(point);
    if (!health.canBeOdd()) {
      return Optional.empty();
    }
    return DataHealth.usual(older)
        .flatMap(health::oddity)
        .map(text ->
            new Suspicion(
                point.id(),
                point.vm().namespace(),
                point.vm().id(),
                point.vm().name(),
                text,
                now,
                Optional.empty()));
  }

  /**
   * Notes that somebody has seen one, from when on it keeps nothing any more.
   *
   * @return false if there is none of that id
   */
  public synchronized boolean acknowledge(UUID id, String by, String note, Instant now)
      throws IOException {
    Suspicion.Acknowledgement seen = new Suspicion.Acknowledgement(by, now, note);
    Optional<StateEntry> entry = repository.state().find(SuspicionJson.KIND, id);
    if (entry.isEmpty()) {
      return false;
    }
    repository.state().put(SuspicionJson.write(read(entry.get()).acknowledged(seen)));
    log.info("Acknowledged suspicion={} by={}", id, by);
    return true;
  }

  /**
   * The suspicion that keeps what a VM has, if one does.
   *
   * @throws IOException if that cannot be known
   */
  public Optional<Suspicion> shielding(VmRef vm, Instant now) throws IOException {
    return shielding(look(now), vm);
  }

  /** The one among these that keeps what a VM has, if one does. */
  public static Optional<Suspicion> shielding(List<Suspicion> suspicions, VmRef vm) {
    return suspicions.stream()
        .filter(Suspicion::isShielding)
        .filter(each -> each.namespace().equals(vm.namespace()) && each.vm().equals(vm.id()))
        .findFirst();
  }
}
