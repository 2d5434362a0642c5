package dozo.format.key;

import dozo.format.CorruptDataException;
import dozo.format.DozoException;
import dozo.format.Fault;
import dozo.format.FormatTooNewException;
import dozo.format.Limits;
import dozo.format.WrongKeyException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * All slots of a repository, as they were found: one damaged file must not keep the others from
 * opening it.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class KeySlots {

  private final UUID repositoryId;
  private final List<KeySlot> slots;
  private final SortedMap<UUID, DozoException> damaged;

  private KeySlots(UUID repositoryId, List<KeySlot> slots, SortedMap<UUID, DozoException> damaged) {
    this.repositoryId = repositoryId;
    this.slots = List.copyOf(slots);
    this.damaged = Collections.unmodifiableSortedMap(damaged);
  }

  /**
   * Reads slot files.
   *
   * @param files the contents of each file under {@code keys/}, by the slot id in its name
   * @throws CorruptDataException if there are none, or more than there may be
   */
  public static KeySlots read(UUID repositoryId, Map<UUID, byte[]> files)
      throws CorruptDataException {
    String object = "keys of repository " + repositoryId;
    if (files.isEmpty() || files.size() > Limits.KEY_SLOTS) {
      throw new CorruptDataException(
          Fault.of("A repository has 1 to " + Limits.KEY_SLOTS + " key slots")
              .in(object)
              .actual(files.size())
              .cure(
                  files.isEmpty()
                      ? "put a copy of one of its files keys/*.key back"
                      : "move files that do not belong there out of keys/"));
    }
    List<KeySlot> slots = new ArrayList<>();
    SortedMap<UUID, DozoException> damaged = new TreeMap<>();
    for (Map.Entry<UUID, byte[]> file : files.entrySet()) {
      try {
        slots.add(KeySlot.decode(file.getValue(), file.getKey(), repositoryId));
      } catch (DozoException e) {
        damaged.put(file.getKey(), e);
      }
    }
    slots.sort(Comparator.comparing(slot -> slot.id().toString()));
    return new KeySlots(repositoryId, slots, damaged);
  }

  /** The slots that could be read, in the order of their ids' text. */
  public List<KeySlot> slots() {
    return slots;
  }

  /** The slots that could not, and why. */
  public SortedMap<UUID, DozoException> damaged() {
    return damaged;
  }

  /**
   * Opens the repository's keys. Tries the secret on each slot of its type; each try of a
   * passphrase costs what the slot says.
   *
   * @param secret stays the caller's to wipe
   * @return the keys, for the caller to close
   * @throws WrongKeyException if the secret opens none of the slots
   * @throws DozoException if no slot can be read, or no copy of the key ring that holds
   */
  public OpenedKeys unlock(SlotSecret secret) throws DozoException {
    if (slots.isEmpty()) {
      throw unreadable();
    }
    SlotType type =
        switch (secret) {
          case Passphrase p -> SlotType.PASSPHRASE;
          case KeyFile k -> SlotType.KEY_FILE;
        };
    int tried = 0;
    for (KeySlot slot : slots) {
      if (slot.type() != type) {
        continue;
      }
      tried++;
      Optional<MasterKey> master = MasterKey.unwrap(slot, secret);
      if (master.isPresent()) {
        return open(master.get(), slot);
      }
    }
    throw new WrongKeyException(
        Fault.of("This " + secret + " opens none of the repository's key slots")
            .in("repository " + repositoryId)
            .actual(tried + " slots tried, " + damaged.size() + " unreadable")
            .cure("give the right " + secret + (damaged.isEmpty() ? "" : ", or mend the slots")));
  }

  private OpenedKeys open(MasterKey master, KeySlot opened) throws DozoException {
    try {
      return new OpenedKeys(master, newestRing(master), slots, opened.id());
    } catch (DozoException | RuntimeException e) {
      master.close();
      throw e;
    }
  }

  /** Returns the ring of the highest generation that opens. */
  private KeyRing newestRing(MasterKey master) throws DozoException {
    List<DozoException> failures = new ArrayList<>();
    List<KeyRing> rings = new ArrayList<>();
    for (KeySlot slot : slots) {
      try {
        rings.add(master.openRing(slot));
      } catch (FormatTooNewException e) {
        throw e;
      } catch (DozoException e) {
        failures.add(e);
      }
    }
    KeyRing newest =
        rings.stream()
            .max(Comparator.comparingLong(KeyRing::generation))
            .orElseThrow(() -> withSuppressed(failures));
    for (KeyRing ring : rings) {
      if (ring.generation() == newest.generation() && !ring.holdsSameAs(newest)) {
        throw new CorruptDataException(
            Fault.of("Two key slots hold different key rings of one generation")
                .in("keys of repository " + repositoryId)
                .actual("generation " + newest.generation())
                .cure("move the slot file that does not belong there out of keys/"));
      }
    }
    return newest;
  }

  private DozoException unreadable() {
    return withSuppressed(damaged.values());
  }

  private static DozoException withSuppressed(Collection<DozoException> failures) {
    List<DozoException> all = List.copyOf(failures);
    DozoException first = all.getFirst();
    all.stream().skip(1).forEach(first::addSuppressed);
    return first;
  }
}
