package dozo.repository.index;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Gathers the ids of an index while its file is checked, and holds every record to the length that
 * it must have.
 */
final class IndexFileReader implements LmdbCheck.Visitor {

  private static final ValueLayout.OfLong U64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt U32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final long expectedIds;
  private KnownIds known;

  /**
   * Prepares for a file.
   *
   * @param expectedIds how many ids there may be in the end
   */
  IndexFileReader(long expectedIds) {
    this.expectedIds = expectedIds;
    this.known = new KnownIds(expectedIds);
  }

  /** The ids, once the check is through. */
  KnownIds known() {
    return known;
  }

  @Override
  public void tree(String name, long entries) {
    if (name.equals(LmdbTables.CHUNKS)) {
      known = new KnownIds(Math.max(entries, expectedIds));
    }
  }

  @Override
  public void record(String tree, MemorySegment key, long valueBytes) throws IOException {
    switch (tree) {
      case LmdbTables.CHUNKS -> {
        check(tree, key, IndexRecords.CHUNK_KEY_BYTES, valueBytes, IndexRecords.LOCATION_BYTES);
        known.add(key.get(U64, 0), key.get(U64, Long.BYTES));
      }
      case LmdbTables.PACKS -> {
        check(tree, key, IndexRecords.PACK_KEY_BYTES, valueBytes, IndexRecords.PACK_BYTES);
        if (key.get(U32, 0) < 1) {
          throw new IOException("The index names a pack of number " + key.get(U32, 0));
        }
      }
      default -> {
        // The few texts of the table of what the index is are looked at by their reader.
      }
    }
  }

  private static void check(
      String tree, MemorySegment key, int keyBytes, long valueBytes, int expected)
      throws IOException {
    if (key.byteSize() != keyBytes || valueBytes != expected) {
      throw new IOException(
          "A record of the index's "
              + tree
              + " has "
              + key.byteSize()
              + " and "
              + valueBytes
              + " bytes");
    }
  }
}
