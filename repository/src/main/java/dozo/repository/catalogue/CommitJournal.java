package dozo.repository.catalogue;

import dozo.format.CorruptDataException;
import dozo.format.NoSpaceException;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.StateEntry;
import dozo.repository.state.StateStore;
import dozo.repository.storage.FileLayer;
import dozo.repository.storage.FilePublisher;
import java.io.IOException;
import java.nio.file.Path;
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
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes several manifests one commit ({@code docs/durability.md}, "Groups"): an entry names them
 * while they are being published, and taking it away is the commit. What an entry still names when
 * the repository is opened is taken back.
 */
public final class CommitJournal {

  private static final Logger log = LoggerFactory.getLogger(CommitJournal.class);
  private static final String KIND = "commit";
  private static final String RESTORE_POINTS = "restorePoints";

  private final FileLayer files;
  private final FilePublisher publisher;
  private final Path manifests;
  private final StateStore state;

  /**
   * Keeps entries among the state.
   *
   * @param manifests the directory of the manifests that entries name
   */
  public CommitJournal(FileLayer files, FilePublisher publisher, Path manifests, StateStore state) {
    this.files = files;
    this.publisher = publisher;
    this.manifests = manifests;
    this.state = state;
  }

  /** Gives manifests their names. */
  @FunctionalInterface
  interface Publishing {
    void run() throws IOException;
  }

  /**
   * Publishes manifests as one commit. When this returns it is on stable storage.
   *
   * @throws IOException if it cannot be made durable; at the next start either all of the restore
   *     points are there or none, and until then none
   */
  void commit(List<RestorePointId> ids, Publishing manifestsOfAll) throws IOException {
    UUID commit = UUID.randomUUID();
    begin(commit, ids);
    try {
      manifestsOfAll.run();
    } catch (IOException e) {
      try {
        takeBack(commit, ids);
      } catch (IOException later) {
        e.addSuppressed(later);
      }
      throw e;
    }
    try {
      state.delete(KIND, commit);
    } catch (IOException e) {
      try {
        // Gone for whoever opens the repository next, the entry could come back with a power cut.
        begin(commit, ids);
        takeBack(commit, ids);
      } catch (IOException later) {
        e.addSuppressed(later);
      }
      throw e;
    }
  }

  private void begin(UUID commit, List<RestorePointId> ids) throws IOException {
    ObjectNode content = JsonNodeFactory.instance.objectNode();
    ArrayNode array = content.putArray(RESTORE_POINTS);
    ids.forEach(id -> array.add(id.toString()));
    state.put(new StateEntry(KIND, commit, content));
  }

  private void takeBack(UUID commit, List<RestorePointId> ids) throws IOException {
    publisher.change(
        manifests,
        () -> {
          for (RestorePointId id : ids) {
            files.delete(manifest(id));
          }
          return true;
        });
    state.delete(KIND, commit);
  }

  private Path manifest(RestorePointId id) {
    return manifests.resolve(id + Catalogue.SUFFIX);
  }

  /** The restore points that do not count. */
  public Set<RestorePointId> pending() throws IOException {
    Set<RestorePointId> pending = new HashSet<>();
    entries().values().forEach(pending::addAll);
    return pending;
  }

  /**
   * Takes back what was not committed when an earlier process ended. What there is no room to do
   * stays pending.
   *
   * @throws IOException if that cannot be done now; the repository must not be opened then
   */
  public void recover() throws IOException {
    for (Map.Entry<UUID, List<RestorePointId>> entry : entries().entrySet()) {
      log.warn("A commit of several was cut off and is taken back points={}", entry.getValue());
      try {
        for (RestorePointId id : entry.getValue()) {
          // One that is not seen may have been deleted by a process that could not make that
          // durable: only a change of this process's own is made durable by its sync.
          publisher.publishNew(manifest(id), new byte[0]);
          files.delete(manifest(id));
        }
        takeBack(entry.getKey(), entry.getValue());
      } catch (NoSpaceException e) {
        log.warn("There is no room to take it back yet", e);
      }
    }
  }

  private Map<UUID, List<RestorePointId>> entries() throws IOException {
    Map<UUID, List<RestorePointId>> entries = new TreeMap<>();
    for (UUID commit : state.ids(KIND)) {
      try {
        Optional<StateEntry> entry = state.find(KIND, commit);
        if (entry.isPresent()) {
          entries.put(commit, named(entry.get()));
        }
      } catch (CorruptDataException e) {
        // Whatever it names is whole, so it is shown: nothing is given up for a damaged note.
        log.error("The entry of a commit is damaged commit={}", commit, e);
      }
    }
    return entries;
  }

  private static List<RestorePointId> named(StateEntry entry) throws IOException {
    JsonNode array = entry.content().path(RESTORE_POINTS);
    try {
      return array.valueStream().map(JsonNode::stringValue).map(RestorePointId::parse).toList();
    } catch (RuntimeException e) {
      throw new IOException("The entry of commit " + entry.id() + " names no restore points", e);
    }
  }
}
