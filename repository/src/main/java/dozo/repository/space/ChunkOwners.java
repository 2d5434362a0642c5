package dozo.repository.space;

import dozo.format.ChunkId;
import java.util.stream.Stream;

/**
 * Says who needs a chunk, for several threads at a time: {@link OwnerTable}s, of which each has the
 * ids with the same first bits.
 *
 * <p>Safe for use by several threads; but all that add must have ended before one calls {@link
 * #keep}.
 */
final class ChunkOwners {

  private static final int BITS = 6;

  private final OwnerTable[] tables =
      Stream.generate(OwnerTable::new).limit(1 << BITS).toArray(OwnerTable[]::new);

  /** Notes that a restore point that goes needs a chunk. */
  void add(ChunkId id, int owner, int length) {
    OwnerTable table = table(id);
    synchronized (table) {
      table.add(id, owner, length);
    }
  }

  /** Notes that a restore point that stays needs a chunk, if one that goes does. */
  void keep(ChunkId id) {
    table(id).keep(id);
  }

  boolean isEmpty() {
    return Stream.of(tables).allMatch(table -> table.size() == 0);
  }

  void forEach(OwnerTable.Visitor visitor) {
    for (OwnerTable table : tables) {
      table.forEach(visitor);
    }
  }

  private OwnerTable table(ChunkId id) {
    return tables[(int) (id.first() >>> -BITS)];
  }
}
