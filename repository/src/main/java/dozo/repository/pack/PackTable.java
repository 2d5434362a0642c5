package dozo.repository.pack;

import dozo.format.pack.ContentKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The packs that are published and may be used, by number and by id. What the index says of a pack
 * that is not in the table counts for nothing.
 *
 * <p>Safe for use by several threads.
 */
public final class PackTable {

  private final Map<Integer, PackEntry> byNumber = new HashMap<>();
  private final Map<UUID, PackEntry> byId = new HashMap<>();
  private int nextNumber;
  private int generation;
  private long removals;

  /**
   * Creates an empty table.
   *
   * @param nextNumber a number above all that were ever given
   */
  public PackTable(int nextNumber) {
    this.nextNumber = nextNumber;
  }

  /** Enters a pack that has a number already. */
  public synchronized void restore(PackEntry entry) {
    if (entry.number() >= nextNumber) {
      throw new IllegalArgumentException(
          "Pack "
              + entry.id()
              + " has number "
              + entry.number()
              + ", but the next is "
              + nextNumber);
    }
    enter(entry);
  }

  /** Enters a pack that was published just now, or was not known, and gives it a number. */
  public synchronized PackEntry add(
      UUID id, ContentKind kind, int epoch, long sizeBytes, int chunks) {
    PackEntry entry = new PackEntry(nextNumber++, id, kind, epoch, sizeBytes, chunks);
    enter(entry);
    return entry;
  }

  private void enter(PackEntry entry) {
    if (byId.putIfAbsent(entry.id(), entry) != null) {
      throw new IllegalStateException("Pack " + entry.id() + " is in the table already");
    }
    byNumber.put(entry.number(), entry);
    generation++;
  }

  /** Changes whenever a pack comes or goes. */
  public synchronized int generation() {
    return generation;
  }

  /** Takes out a pack that is not to be used any more. Its number is not given again. */
  public synchronized void remove(PackEntry entry) {
    if (!byNumber.remove(entry.number(), entry)) {
      throw new IllegalStateException("Pack " + entry.id() + " is not in the table");
    }
    byId.remove(entry.id());
    generation++;
    removals++;
  }

  /**
   * How many packs have been taken out. Whoever looks through all packs and has not found what must
   * be there looks again if this has changed: it may have been moved to a pack that came later.
   */
  public synchronized long removals() {
    return removals;
  }

  /** The highest number that was ever given. */
  public synchronized int highestNumber() {
    return nextNumber - 1;
  }

  /** The pack of that number. */
  public synchronized Optional<PackEntry> find(int number) {
    return Optional.ofNullable(byNumber.get(number));
  }

  /** The pack of that id. */
  public synchronized Optional<PackEntry> find(UUID id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** All packs at this moment, in the order of their numbers. */
  public synchronized List<PackEntry> entries() {
    List<PackEntry> entries = new ArrayList<>(byNumber.values());
    entries.sort((a, b) -> Integer.compare(a.number(), b.number()));
    return entries;
  }

  /** How many packs there are, what they hold, and how long they are. */
  public synchronized Totals totals() {
    return Totals.of(byNumber.values());
  }

  /**
   * What the packs come to.
   *
   * @param packs how many packs
   * @param chunks how many chunks and map nodes they hold
   * @param bytes their length on storage
   */
  public record Totals(int packs, long chunks, long bytes) {

    private static Totals of(Collection<PackEntry> entries) {
      long chunks = 0;
      long bytes = 0;
      for (PackEntry entry : entries) {
        chunks += entry.chunks();
        bytes += entry.sizeBytes();
      }
      return new Totals(entries.size(), chunks, bytes);
    }
  }
}
