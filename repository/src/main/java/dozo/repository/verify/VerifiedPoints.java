package dozo.repository.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.StateEntry;
import dozo.format.manifest.VmRef;
import dozo.repository.retention.Verification;
import dozo.repository.state.StateStore;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the last verification of each restore point found: state entries of kind {@code verified},
 * one a VM ({@code docs/format.md} §10). They are state and no hint, because what was found broken
 * must not count as good again before it is read again.
 *
 * <p>Safe for use by several threads.
 */
public final class VerifiedPoints {

  private static final Logger log = LoggerFactory.getLogger(VerifiedPoints.class);
  private static final String KIND = "verified";
  private static final String POINTS = "points";
  private static final String SOUND = "sound";
  private static final String AT = "at";

  /** More than one entry holds; the newest are kept. */
  private static final int MAXIMUM_A_VM = 8_000;

  private final StateStore state;
  private final boolean isKept;

  /** By the id of the VM's entry. */
  private final Map<UUID, Map<RestorePointId, Result>> vms = new HashMap<>();

  /**
   * What a verification found.
   *
   * @param isSound whether every chunk was there and right
   * @param at when
   */
  public record Result(boolean isSound, Instant at) {}

  /**
   * Reads what is known.
   *
   * @param isKept whether what is found from now on is written down
   */
  public VerifiedPoints(StateStore state, boolean isKept) throws IOException {
    this.state = state;
    this.isKept = isKept;
    for (StateEntry entry : state.list(KIND)) {
      try {
        vms.put(entry.id(), decode(entry));
      } catch (IllegalArgumentException | DateTimeException e) {
        log.error("A VM's results of verifying cannot be read entry={}", entry.id(), e);
      }
    }
  }

  /** What was found when a restore point was verified last; empty if it never was. */
  public synchronized Optional<Result> find(RestorePoint point) {
    return Optional.ofNullable(vms.getOrDefault(entryOf(point.vm()), Map.of()).get(point.id()));
  }

  /**
   * Notes what was found.
   *
   * @param found the restore points that were verified to the end, and what is known of each now;
   *     of what is {@link Verification#NEVER} nothing is
   * @param there all restore points, so that the others are forgotten
   */
  synchronized void record(
      Map<RestorePointId, Verification> found, List<RestorePoint> there, Instant now)
      throws IOException {
    if (!isKept) {
      return;
    }
    Map<UUID, Map<RestorePointId, Result>> next = new HashMap<>();
    for (RestorePoint point : there) {
      UUID entry = entryOf(point.vm());
      Map<RestorePointId, Result> results = next.computeIfAbsent(entry, id -> new TreeMap<>());
      Result before = vms.getOrDefault(entry, Map.of()).get(point.id());
      Result after =
          switch (found.get(point.id())) {
            case SOUND -> new Result(true, now);
            case DAMAGED -> new Result(false, now);
            case NEVER -> null;
            case null -> before;
          };
      if (after != null) {
        results.put(point.id(), after);
      }
    }
    Set<UUID> entries = new HashSet<>(vms.keySet());
    entries.addAll(next.keySet());
    for (UUID entry : entries) {
      save(entry, next.getOrDefault(entry, Map.of()));
    }
  }

  private void save(UUID entry, Map<RestorePointId, Result> results) throws IOException {
    if (results.equals(vms.getOrDefault(entry, Map.of()))) {
      return;
    }
    if (results.isEmpty()) {
      state.delete(KIND, entry);
      vms.remove(entry);
    } else {
      state.put(encode(entry, results));
      vms.put(entry, results);
    }
  }

  private static UUID entryOf(VmRef vm) {
    return UUID.nameUUIDFromBytes((vm.namespace() + "/" + vm.id()).getBytes(UTF_8));
  }

  private static StateEntry encode(UUID id, Map<RestorePointId, Result> results) {
    ObjectNode content = JsonNodeFactory.instance.objectNode();
    ObjectNode points = content.putObject(POINTS);
    results.entrySet().stream()
        .skip(Math.max(0, results.size() - MAXIMUM_A_VM))
        .forEach(each ->
            points
                .putObject(each.getKey().toString())
                .put(SOUND, each.getValue().isSound)
                .put(AT, each.getValue().at.toString()));
    return new StateEntry(KIND, id, content);
  }

  private static Map<RestorePointId, Result> decode(StateEntry entry) {
    Map<RestorePointId, Result> results = new TreeMap<>();
    for (Map.Entry<String, JsonNode> each : entry.content().path(POINTS).properties()) {
      results.put(
          RestorePointId.parse(each.getKey()),
          new Result(
              each.getValue().path(SOUND).asBoolean(false),
              Instant.parse(each.getValue().path(AT).asString(""))));
    }
    return results;
  }
}
