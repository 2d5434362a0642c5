package dozo.format.pack;

import dozo.format.CorruptDataException;
import dozo.format.Fault;
import dozo.format.parity.ParityLayout;
import dozo.format.seal.RecordHeader;
import dozo.format.seal.RecordType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds the sound parity records of a pack, wherever they are and whatever else of it is lost.
 *
 * <p>Confined to one thread at a time.
 */
final class ParitySearch implements PackScanner.Visitor {

  private final UUID packId;
  private final SortedMap<Integer, ParityRecord> found = new TreeMap<>();
  private @Nullable ParityRecord first;

  private ParitySearch(UUID packId) {
    this.packId = packId;
  }

  /**
   * Goes through the whole file.
   *
   * @throws CorruptDataException if there is no sound parity record, or they contradict one another
   */
  static ParitySearch in(RangedInput input, UUID packId) throws IOException {
    ParitySearch search = new ParitySearch(packId);
    PackScanner.scan(input, input.sizeBytes(), search);
    search.first();
    return search;
  }

  @Override
  public void record(long offset, RecordHeader header, boolean sound, byte[] record)
      throws IOException {
    if (!sound || header.type() != RecordType.PARITY) {
      return;
    }
    ParityRecord parity;
    try {
      parity = ParityRecord.read(header, record, packId, offset);
    } catch (CorruptDataException e) {
      return;
    }
    if (first == null) {
      first = parity;
    } else if (!first.trailer().equals(parity.trailer())
        || !first.layout().equals(parity.layout())) {
      throw new CorruptDataException(
          Fault.of("Parity records of one pack contradict one another")
              .in("pack " + packId)
              .at(offset));
    }
    found.put(parity.number(), parity);
  }

  @Override
  public void gap(long offset, long lengthBytes) {}

  /** The trailer of the pack. */
  PackTrailer trailer() throws CorruptDataException {
    return first().trailer();
  }

  /** How the pack's protected bytes are laid out. */
  ParityLayout layout() throws CorruptDataException {
    return first().layout();
  }

  /** All sound records, by their numbers. */
  Collection<ParityRecord> all() {
    return found.values();
  }

  /** The sound records of one group. */
  List<ParityRecord> of(int stripe, int group) throws CorruptDataException {
    ParityLayout layout = layout();
    List<ParityRecord> records = new ArrayList<>();
    int from = layout.firstParityShard(stripe);
    int to = layout.firstParityShard(stripe + 1);
    for (ParityRecord parity : found.subMap(from, to).values()) {
      if (layout.groupOf(parity.number()) == group) {
        records.add(parity);
      }
    }
    return records;
  }

  private ParityRecord first() throws CorruptDataException {
    if (first == null) {
      throw new CorruptDataException(
          Fault.of("There is no sound parity record in the pack").in("pack " + packId));
    }
    return first;
  }
}
