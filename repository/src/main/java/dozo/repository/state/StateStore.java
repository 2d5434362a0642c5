package dozo.repository.state;

import dozo.format.key.KeyRing;
import dozo.format.manifest.StateCodec;
import dozo.format.manifest.StateEntry;
import dozo.repository.storage.FileLayer;
import dozo.repository.storage.FilePublisher;
import dozo.repository.storage.SmallFiles;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entries under {@code state/}, by kind and id.
 *
 * <p>Safe for use by several threads; of two that put the same entry at the same time, one wins.
 */
public final class StateStore {

  private static final Logger log = LoggerFactory.getLogger(StateStore.class);
  private static final String SUFFIX = ".state";

  private final FileLayer files;
  private final FilePublisher publisher;
  private final Path directory;
  private final Supplier<KeyRing> keys;
  private final SecureRandom random;

  /** The kinds whose directories were synced since this store was made. */
  private final Set<String> settled = new HashSet<>();

  /** Keeps entries in a directory that exists. */
  public StateStore(
      FileLayer files,
      FilePublisher publisher,
      Path directory,
      Supplier<KeyRing> keys,
      SecureRandom random) {
    this.files = files;
    this.publisher = publisher;
    this.directory = directory;
    this.keys = keys;
    this.random = random;
  }

  /**
   * Reads all entries of a kind. One that is damaged is logged and left out, so that it keeps none
   * of the others from being read.
   */
  public List<StateEntry> list(String kind) throws IOException {
    List<StateEntry> entries = new ArrayList<>();
    for (FileLayer.Entry entry : filesOf(kind)) {
      try {
        read(kind, entry).ifPresent(entries::add);
      } catch (IOException e) {
        log.error("A state entry cannot be read path={}", entry.path(), e);
      }
    }
    return entries;
  }

  /** The ids of the entries of a kind, without reading them. */
  public Set<UUID> ids(String kind) throws IOException {
    Set<UUID> ids = new HashSet<>();
    for (FileLayer.Entry entry : filesOf(kind)) {
      idOf(entry).ifPresent(ids::add);
    }
    return ids;
  }

  /**
   * Reads one entry.
   *
   * @throws IOException if it cannot be read
   */
  public Optional<StateEntry> find(String kind, UUID id) throws IOException {
    try {
      byte[] file = SmallFiles.read(files, path(kind, id), StateCodec.MAXIMUM_FILE_BYTES);
      return Optional.of(StateCodec.decode(file, kind, id, keys.get()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads all entries of a kind, for whoever must not act without knowing each.
   *
   * @throws IOException if one is damaged
   */
  public List<StateEntry> listAll(String kind) throws IOException {
    List<StateEntry> entries = new ArrayList<>();
    for (FileLayer.Entry entry : filesOf(kind)) {
      read(kind, entry).ifPresent(entries::add);
    }
    return entries;
  }

  private Optional<StateEntry> read(String kind, FileLayer.Entry entry) throws IOException {
    Optional<UUID> id = idOf(entry);
    if (id.isEmpty()) {
      log.warn("Ignored a file that is no state entry path={}", entry.path());
      return Optional.empty();
    }
    byte[] file = SmallFiles.read(files, entry.path(), StateCodec.MAXIMUM_FILE_BYTES);
    return Optional.of(StateCodec.decode(file, kind, id.get(), keys.get()));
  }

  /** Publishes an entry, in place of one with its kind and id if there is one. */
  public void put(StateEntry entry) throws IOException {
    settle(entry.kind(), true);
    publisher.publish(path(entry.kind(), entry.id()), StateCodec.encode(entry, keys.get(), random));
  }

  /** Deletes an entry. Returns false if there was none. */
  public boolean delete(String kind, UUID id) throws IOException {
    settle(kind, false);
    return publisher.change(directory.resolve(kind), () -> files.delete(path(kind, id)));
  }

  /**
   * Makes what an earlier process did to a kind stay done, which it may have been killed before.
   *
   * @param creates whether the directory is made if it is missing
   */
  private synchronized void settle(String kind, boolean creates) throws IOException {
    if (settled.contains(kind)) {
      return;
    }
    Path path = directory.resolve(kind);
    if (files.list(directory).stream().noneMatch(each -> each.path().equals(path))) {
      if (!creates) {
        return;
      }
      files.createDirectory(path);
    }
    files.syncDirectory(directory);
    files.syncDirectory(path);
    settled.add(kind);
  }

  private Path path(String kind, UUID id) {
    return directory.resolve(kind).resolve(id + SUFFIX);
  }

  private List<FileLayer.Entry> filesOf(String kind) throws IOException {
    try {
      return files.list(directory.resolve(kind));
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static Optional<UUID> idOf(FileLayer.Entry entry) {
    String name = entry.name();
    if (!name.endsWith(SUFFIX)) {
      return Optional.empty();
    }
    try {
      return Optional.of(UUID.fromString(name.substring(0, name.length() - SUFFIX.length())));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
