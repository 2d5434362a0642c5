package dozo.format.key;

import static java.nio.charset.StandardCharsets.UTF_8;

import dozo.format.DozoException;
import dozo.format.Limits;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A repository's keys, open: the key ring, and the master key with which slots are made and mended.
 *
 * <p>For one thread at a time. {@link #close()} wipes the master key; the ring stays usable.
 */
public final class OpenedKeys implements AutoCloseable {

  private final MasterKey master;
  private final @Nullable UUID openedSlot;
  private List<KeySlot> slots;
  private KeyRing ring;

  OpenedKeys(MasterKey master, KeyRing ring, List<KeySlot> slots, @Nullable UUID openedSlot) {
    this.master = master;
    this.ring = ring;
    this.slots = List.copyOf(slots);
    this.openedSlot = openedSlot;
  }

  /** A new repository's keys and the file of its first slot. */
  public record Created(OpenedKeys keys, SlotFile file) {}

  /**
   * Draws the keys of a new repository and makes its first slot.
   *
   * @param secret what shall open it; stays the caller's to wipe
   * @param cost what a guess shall cost; not used for a key file
   * @param label what the operator calls the slot, at most {@value KeySlot#MAXIMUM_LABEL_BYTES}
   *     bytes of UTF-8
   */
  public static Created create(
      UUID repositoryId,
      SlotSecret secret,
      Argon2Cost cost,
      String label,
      Instant now,
      SecureRandom random) {
    MasterKey master = MasterKey.create(random);
    KeyRing ring = KeyRing.create(repositoryId, now, random);
    KeySlot slot = slot(master, ring, secret, cost, label, random);
    return new Created(
        new OpenedKeys(master, ring, List.of(slot), slot.id()),
        new SlotFile(slot.id(), slot.encode()));
  }

  /** The key ring that holds. */
  public KeyRing ring() {
    return ring;
  }

  /** Whether the secret of a slot opened them, and not an emergency sheet. */
  public boolean isOpenedBySlot() {
    return openedSlot != null;
  }

  /**
   * The slot that the secret opened.
   *
   * @throws IllegalStateException if an emergency sheet opened the keys
   */
  public UUID openedSlot() {
    if (openedSlot == null) {
      throw new IllegalStateException("An emergency sheet opened the keys, and no slot");
    }
    return openedSlot;
  }

  /**
   * Makes a sheet to print, with the master key and a copy of the key ring as it is now. Opens the
   * repository for whoever has it, for good.
   *
   * @return the sheet, for the caller to close
   */
  public EmergencySheet emergencySheet(SecureRandom random) {
    return master.sheet(ring, random);
  }

  /** The slots that could be read, and those made since. */
  public List<KeySlot> slots() {
    return slots;
  }

  /**
   * The files of slots whose copy of the key ring is not the one that holds, or is damaged, each
   * with its copy replaced. Publishing them mends what a crash left behind; an empty list needs
   * nothing.
   */
  public List<SlotFile> repairs(SecureRandom random) {
    List<SlotFile> files = new ArrayList<>();
    for (KeySlot slot : slots) {
      if (!holdsCurrentRing(slot)) {
        files.add(file(master.renew(slot, ring, random)));
      }
    }
    return files;
  }

  /**
   * Makes a further slot. Its file must be published before the slot is relied on; a passphrase is
   * changed by this, and by then deleting the old slot's file.
   *
   * @param secret what shall open it; stays the caller's to wipe
   * @param cost what a guess shall cost; not used for a key file
   * @param label what the operator calls the slot, at most {@value KeySlot#MAXIMUM_LABEL_BYTES}
   *     bytes of UTF-8
   * @throws IllegalStateException if there are as many slots as there may be
   */
  public SlotFile addSlot(SlotSecret secret, Argon2Cost cost, String label, SecureRandom random) {
    if (slots.size() >= Limits.KEY_SLOTS) {
      throw new IllegalStateException(
          "A repository has at most " + Limits.KEY_SLOTS + " key slots");
    }
    KeySlot slot = slot(master, ring, secret, cost, label, random);
    List<KeySlot> more = new ArrayList<>(slots);
    more.add(slot);
    slots = List.copyOf(more);
    return file(slot);
  }

  /**
   * Forgets a slot whose file the caller then deletes.
   *
   * @throws IllegalArgumentException if there is no such slot, or no other one
   */
  public void removeSlot(UUID id) {
    List<KeySlot> fewer = new ArrayList<>(slots);
    if (!fewer.removeIf(slot -> slot.id().equals(id))) {
      throw new IllegalArgumentException("There is no key slot " + id);
    }
    if (fewer.isEmpty()) {
      throw new IllegalArgumentException("Key slot " + id + " is the last one that can be read");
    }
    slots = List.copyOf(fewer);
  }

  /**
   * Adds a key epoch. From now on {@link #ring()} has it, but no pack may use it before every file
   * returned here is published, one after another; if that stops half-way, {@link #repairs} at the
   * next opening completes it.
   */
  public List<SlotFile> addEpoch(Instant now, SecureRandom random) {
    KeyRing next = ring.withNewEpoch(now, random);
    List<KeySlot> renewed = new ArrayList<>();
    for (KeySlot slot : slots) {
      renewed.add(master.renew(slot, next, random));
    }
    ring = next;
    slots = List.copyOf(renewed);
    return renewed.stream().map(OpenedKeys::file).toList();
  }

  private boolean holdsCurrentRing(KeySlot slot) {
    if (slot.ringGeneration() != ring.generation()) {
      return false;
    }
    try {
      master.openRing(slot);
      return true;
    } catch (DozoException e) {
      return false;
    }
  }

  private static KeySlot slot(
      MasterKey master,
      KeyRing ring,
      SlotSecret secret,
      Argon2Cost cost,
      String label,
      SecureRandom random) {
    int bytes = label.getBytes(UTF_8).length;
    if (bytes > KeySlot.MAXIMUM_LABEL_BYTES || label.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "A slot's label has at most "
              + KeySlot.MAXIMUM_LABEL_BYTES
              + " bytes and no control characters");
    }
    UUID id = randomUuid(random);
    return switch (secret) {
      case Passphrase passphrase -> master.wrap(ring, passphrase, cost, label, id, random);
      case KeyFile keyFile -> master.wrap(ring, keyFile, null, label, id, random);
    };
  }

  /** A UUID of version 4 (RFC 9562) from the randomness given. */
  private static UUID randomUuid(SecureRandom random) {
    long most = (random.nextLong() & ~0xf000L) | 0x4000L;
    long least = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
    return new UUID(most, least);
  }

  private static SlotFile file(KeySlot slot) {
    return new SlotFile(slot.id(), slot.encode());
  }

  @Override
  public void close() {
    master.close();
  }

  @Override
  public String toString() {
    return ring.toString();
  }
}
