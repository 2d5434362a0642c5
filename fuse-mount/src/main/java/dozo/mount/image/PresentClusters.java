package dozo.mount.image;

import dozo.format.disk.DiskReader;
import java.io.IOException;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Which clusters of a disk may hold data, for a qcow2 file. Whether a stretch that one L2 table
 * maps holds any is asked once for the whole disk, when it first matters: 32 KiB for 64 TiB. Its
 * clusters are asked for a stretch at a time; the answers for the last few stretches are kept, 1
 * KiB each.
 *
 * <p>Safe for use by many threads, two of which may ask the same.
 */
final class PresentClusters {
  /** The largest block that a reader is asked about. */
  private static final int LARGE_BYTES = 256 << 20;

  /** Such blocks that a table maps: two. */
  private static final int LARGE_A_TABLE = (int) (Qcow2Layout.TABLE_BYTES / LARGE_BYTES);

  private static final int KEPT = 64;

  /** The clusters of one stretch. */
  private record Stretch(int table, BitSet present) {}

  private final DiskReader reader;
  private final AtomicReferenceArray<@Nullable Stretch> kept = new AtomicReferenceArray<>(KEPT);
  private volatile @Nullable BitSet large;

  PresentClusters(DiskReader reader) {
    this.reader = reader;
  }

  /** The first table from this one on that maps any data; -1 if there is none. */
  int nextTable(int table) throws IOException {
    int block = large().nextSetBit(table * LARGE_A_TABLE);
    return block < 0 ? -1 : block / LARGE_A_TABLE;
  }

  /** Whether a table maps any data. */
  boolean hasTable(int table) throws IOException {
    BitSet known = large();
    int block = table * LARGE_A_TABLE;
    return known.get(block) || known.get(block + 1);
  }

  /**
   * Whether a cluster may hold data.
   *
   * @param cluster on the disk
   */
  boolean contains(long cluster) throws IOException {
    int table = (int) (cluster / Qcow2Layout.ENTRIES);
    return hasTable(table) && stretch(table).get((int) (cluster % Qcow2Layout.ENTRIES));
  }

  private BitSet stretch(int table) throws IOException {
    @Nullable Stretch known = kept.get(table % KEPT);
    if (known == null || known.table() != table) {
      long first = (long) table * Qcow2Layout.ENTRIES;
      known =
          new Stretch(
              table, reader.presence(Qcow2Layout.CLUSTER_BYTES, first, Qcow2Layout.ENTRIES));
      kept.set(table % KEPT, known);
    }
    return known.present();
  }

  private BitSet large() throws IOException {
    BitSet known = large;
    if (known == null) {
      int count = (int) Math.ceilDiv(reader.sizeBytes(), LARGE_BYTES);
      known = reader.presence(LARGE_BYTES, 0, count);
      large = known;
    }
    return known;
  }
}
