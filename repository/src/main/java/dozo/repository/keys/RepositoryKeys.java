package dozo.repository.keys;

import dozo.format.key.Argon2Cost;
import dozo.format.key.EmergencySheet;
import dozo.format.key.KeyRing;
import dozo.format.key.KeySlot;
import dozo.format.key.KeySlots;
import dozo.format.key.KeySource;
import dozo.format.key.OpenedKeys;
import dozo.format.key.SlotFile;
import dozo.format.key.SlotSecret;
import dozo.repository.storage.FileLayer;
import dozo.repository.storage.FilePublisher;
import dozo.repository.storage.SmallFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The opened keys of a repository, and the work on its slots.
 *
 * <p>Safe for use by several threads. What fails half-way is completed at the next start, since a
 * slot file is replaced whole and the key ring of the highest generation holds.
 */
public final class RepositoryKeys implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RepositoryKeys.class);
  private static final String SUFFIX = ".key";

  /** The longest that a slot file can be is a matter of its codec; nothing near this is one. */
  private static final int MAXIMUM_FILE_BYTES = 1 << 20;

  private final FileLayer files;
  private final FilePublisher publisher;
  private final Path directory;
  private final SecureRandom random;
  private final OpenedKeys opened;
  private volatile KeyRing ring;

  private RepositoryKeys(
      FileLayer files,
      FilePublisher publisher,
      Path directory,
      SecureRandom random,
      OpenedKeys opened) {
    this.files = files;
    this.publisher = publisher;
    this.directory = directory;
    this.random = random;
    this.opened = opened;
    this.ring = opened.ring();
  }

  /** Publishes the first slot of a new repository. */
  public static void create(
      FilePublisher publisher,
      Path directory,
      UUID repositoryId,
      SlotSecret secret,
      Argon2Cost cost,
      String label,
      InstantSource clock,
      SecureRandom random)
      throws IOException {
    OpenedKeys.Created created =
        OpenedKeys.create(repositoryId, secret, cost, label, clock.instant(), random);
    try (OpenedKeys keys = created.keys()) {
      publisher.publish(path(directory, created.file().id()), created.file().contents());
      log.info("Created keys repository={} slot={}", repositoryId, keys.openedSlot());
    }
  }

  /**
   * Opens the keys of a repository.
   *
   * @throws dozo.format.WrongKeyException if a secret opens none of the slots, or the emergency
   *     sheet is another repository's
   */
  public static RepositoryKeys open(
      FileLayer files,
      FilePublisher publisher,
      Path directory,
      UUID repositoryId,
      KeySource source,
      SecureRandom random)
      throws IOException {
    Map<UUID, byte[]> contents = slotFiles(files, directory);
    KeySlots slots =
        contents.isEmpty() && source instanceof EmergencySheet
            ? KeySlots.none(repositoryId)
            : KeySlots.read(repositoryId, contents);
    slots.damaged().forEach((id, e) -> log.error("A key slot cannot be read slot={}", id, e));
    return new RepositoryKeys(files, publisher, directory, random, slots.unlock(source));
  }

  private static Map<UUID, byte[]> slotFiles(FileLayer files, Path directory) throws IOException {
    Map<UUID, byte[]> contents = new HashMap<>();
    for (FileLayer.Entry entry : files.list(directory)) {
      Optional<UUID> id = idOf(entry);
      if (id.isPresent()) {
        contents.put(id.get(), SmallFiles.read(files, entry.path(), MAXIMUM_FILE_BYTES));
      } else {
        log.warn("Ignored a file that is no key slot path={}", entry.path());
      }
    }
    return contents;
  }

  /** The key ring that holds at this moment. */
  public KeyRing ring() {
    return ring;
  }

  /**
   * The slot that was opened.
   *
   * @throws IllegalStateException if an emergency sheet opened the keys
   */
  public UUID openedSlot() {
    return opened.openedSlot();
  }

  /** Whether the secret of a slot opened them, and not an emergency sheet. */
  public boolean isOpenedBySlot() {
    return opened.isOpenedBySlot();
  }

  /**
   * Makes an emergency sheet of the keys as they are now.
   *
   * @return the sheet, for the caller to close
   */
  public synchronized EmergencySheet emergencySheet() {
    return opened.emergencySheet(random);
  }

  /** The slots that could be read, and those made since. */
  public synchronized List<KeySlot> slots() {
    return opened.slots();
  }

  /** Mends the slots whose copy of the key ring is behind or damaged, after a crash. */
  public synchronized void repair() throws IOException {
    for (SlotFile file : opened.repairs(random)) {
      publish(file);
      log.info("Mended a key slot slot={}", file.id());
    }
  }

  /**
   * Adds a slot.
   *
   * @param cost what a guess at a passphrase shall cost; not used for a key file
   * @return the slot's id
   */
  public synchronized UUID addSlot(SlotSecret secret, Argon2Cost cost, String label)
      throws IOException {
    SlotFile file = opened.addSlot(secret, cost, label, random);
    publisher.publishNew(path(directory, file.id()), file.contents());
    log.info("Added a key slot slot={}", file.id());
    return file.id();
  }

  /**
   * Removes a slot.
   *
   * @throws IllegalArgumentException if there is no such slot, or no other one
   */
  public synchronized void removeSlot(UUID id) throws IOException {
    opened.removeSlot(id);
    files.delete(path(directory, id));
    files.syncDirectory(directory);
    log.info("Removed a key slot slot={}", id);
  }

  /**
   * Puts a slot with another secret in the place of one: the new one is there before the old one
   * goes.
   *
   * @return the new slot's id
   */
  public synchronized UUID replaceSlot(UUID old, SlotSecret secret, Argon2Cost cost, String label)
      throws IOException {
    UUID added = addSlot(secret, cost, label);
    removeSlot(old);
    return added;
  }

  /** Adds a key epoch, which packs and manifests use that are made from now on. */
  public synchronized void addEpoch(InstantSource clock) throws IOException {
    for (SlotFile file : opened.addEpoch(clock.instant(), random)) {
      publish(file);
    }
    ring = opened.ring();
    log.info("Added a key epoch epoch={}", ring.currentEpoch());
  }

  private void publish(SlotFile file) throws IOException {
    publisher.publish(path(directory, file.id()), file.contents());
  }

  private static Path path(Path directory, UUID id) {
    return directory.resolve(id + SUFFIX);
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

  /** Wipes the master key. The key ring stays usable by whoever holds it. */
  @Override
  public synchronized void close() {
    opened.close();
  }
}
