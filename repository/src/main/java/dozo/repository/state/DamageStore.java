package dozo.repository.state;

import dozo.format.CorruptDataException;
import dozo.format.Fault;
import dozo.format.manifest.StateEntry;
import dozo.repository.pack.ChunkLocation;
import dozo.repository.pack.DamagedSegments;
import dozo.repository.pack.PackEntry;
import dozo.repository.pack.PackTable;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Remembers which segments are damaged: state entries of kind {@code damage}, one a pack, whose id
 * is the pack's and whose member {@code segments} lists offsets. Without it an index made anew from
 * the packs' directories would know the chunks of damaged segments again, and a backup would refer
 * to them.
 *
 * <p>Safe for use by several threads.
 */
public final class DamageStore {

  private static final Logger log = LoggerFactory.getLogger(DamageStore.class);
  private static final String KIND = "damage";
  private static final String SEGMENTS = "segments";

  private final StateStore state;

  /** Keeps entries among the others of the repository. */
  public DamageStore(StateStore state) {
    this.state = state;
  }

  /** Notes all damage that is remembered of packs that are there. */
  public void load(PackTable packs, DamagedSegments damaged) throws IOException {
    for (StateEntry entry : state.list(KIND)) {
      Optional<PackEntry> pack = packs.find(entry.id());
      if (pack.isPresent()) {
        for (JsonNode offset : entry.content().path(SEGMENTS)) {
          damaged.add(
              new ChunkLocation(pack.get().number(), offset.longValue(), 0), reason(pack.get()));
        }
        log.warn("A pack has damaged segments pack={}", entry.id());
      }
    }
  }

  /** The packs of which damage is remembered, in use or in the trash. */
  public Set<UUID> packs() throws IOException {
    return state.ids(KIND);
  }

  private static IOException reason(PackEntry pack) {
    return new CorruptDataException(
        Fault.of("The segment was found damaged before").in("pack " + pack.id()));
  }

  /** Forgets the damage of a pack that is gone for good, or repaired. */
  public synchronized void forget(UUID pack) throws IOException {
    state.delete(KIND, pack);
  }

  /** Remembers the damaged segments of a pack, all of them. */
  public synchronized void save(PackEntry pack, SortedSet<Long> offsets) throws IOException {
    ObjectNode content = JsonNodeFactory.instance.objectNode();
    ArrayNode segments = content.putArray(SEGMENTS);
    offsets.forEach(segments::add);
    state.put(new StateEntry(KIND, pack.id(), content));
  }
}
