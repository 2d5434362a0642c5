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
import org.jspecify.annotations.Nullable;

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

  /** The slots of a repository that has lost them all; only an emergency sheet can open it. */
  public static KeySlots none(UUID repositoryId) {
    return new KeySlots(repositoryId, List.of(), new TreeMap<>());
  }

  /**
   * Opens the repository's keys. Tries a slot's secret on each slot of its type; each try of a
   * passphrase costs what the slot says.
   *
   * @param source stays the caller's to wipe
   * @return the keys, for the caller to close
   * @throws WrongKeyException if a secret opens none of the slots, or the sheet is another
   *     repository's
   * @throws DozoException if no slot can be read, or no copy of the key ring that holds
   */
  public OpenedKeys unlock(KeySource source) throws DozoException {
    return switch (source) {
      case SlotSecret secret -> unlockSlot(secret);
      case EmergencySheet sheet -> unlockBySheet(sheet);
    };
  }

  private OpenedKeys unlockBySheet(EmergencySheet sheet) throws DozoException {
    if (!sheet.repositoryId().equals(repositoryId)) {
      throw new WrongKeyException(
          Fault.of("The emergency sheet is another repository's")
              .in("repository " + repositoryId)
              .actual("a sheet of repository " + sheet.repositoryId()));
    }
    return open(MasterKey.of(sheet), null, sheet.ring());
  }

  private OpenedKeys unlockSlot(SlotSecret secret) throws DozoException {
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
        return open(master.get(), slot, Optional.empty());
      }
    }
    throw new WrongKeyException(
        Fault.of("This " + secret + " opens none of the repository's key slots")
            .in("repository " + repositoryId)
            .actual(tried + " slots tried, " + damaged.size() + " unreadable")
            .cure("give the right " + secret + (damaged.isEmpty() ? "" : ", or mend the slots")));
  }

  private OpenedKeys open(
      MasterKey master, @Nullable KeySlot opened, Optional<EmergencySheet.RingCopy> copy)
      throws DozoException {
    try {
      return new OpenedKeys(
          master, newestRing(master, copy), slots, opened == null ? null : opened.id());
    } catch (DozoException | RuntimeException e) {
      master.close();
      throw e;
    }
  }

  /** Returns the ring of the highest generation that opens. */
  private KeyRing newestRing(MasterKey master, Optional<EmergencySheet.RingCopy> copy)
      throws DozoException {
    List<DozoException> failures = new ArrayList<>();
    List<KeyRing> rings = new ArrayList<>();
    if (copy.isPresent()) {
      try {
        rings.add(master.openRing(repositoryId, copy.get()));
      } catch (CorruptDataException e) {
        failures.add(e);
      }
    }
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

  private DozoException withSuppressed(Collection<DozoException> failures) {
    if (failures.isEmpty()) {
      return new CorruptDataException(
          Fault.of("The repository has no key slot")
              .in("keys of repository " + repositoryId)
              .cure(
                  "put a copy of one of its files keys/*.key back, or use an emergency sheet"
                      + " with the lines of the key ring"));
    }
    List<DozoException> all = List.copyOf(failures);
    DozoException first = all.getFirst();
    all.stream().skip(1).forEach(first::addSuppressed);
    return first;
  }
}
