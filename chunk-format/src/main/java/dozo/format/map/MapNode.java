package dozo.format.map;

import dozo.format.ChunkId;
import dozo.format.CorruptDataException;
import dozo.format.DozoException;
import dozo.format.Fault;
import dozo.format.FormatTooNewException;
import dozo.format.Limits;
import dozo.format.disk.Extent;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * One node of a chunk map, checked and searchable where it lies (docs/format.md §8). Its entries
 * are runs if it is a leaf, which is level 0, and nodes of the level below if not.
 *
 * <p>Whoever has one knows: it has at most 512 entries; none is empty, none in a leaf is a chunk
 * longer than 4 MiB, and no two holes are neighbours; no entry holds more data than it spans; the
 * spans add up to no more than 64 TiB; and no entry but the last ends the node by the rule of
 * {@link #endsNode}. What a parent says of its child is for the walker to compare.
 */
public final class MapNode {

  static final int LEAST_ENTRIES = 32;
  static final int MAGIC = 0x6e4d7a44;
  static final byte VERSION = 1;
  static final int HEADER_BYTES = 16;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private final int level;
  private final int entryBytes;

  /** For each entry, where it ends, counted from where the node begins. */
  private final long[] ends;

  private final long dataBytes;

  private MapNode(byte[] bytes, int level, long[] ends, long dataBytes) {
    this.bytes = bytes;
    this.level = level;
    this.entryBytes = entryBytes(level);
    this.ends = ends;
    this.dataBytes = dataBytes;
  }

  /**
   * Checks the bytes of a node.
   *
   * @param id the node's id, for messages only: whether the bytes are the ones of this id is for
   *     whoever opened them to know
   * @param bytes all its bytes, which are not copied and must not change any more
   * @throws CorruptDataException if they are no node, or not in the canonical form
   * @throws FormatTooNewException if a later version wrote them
   */
  public static MapNode decode(ChunkId id, byte[] bytes) throws DozoException {
    Fault where = Fault.of("A chunk map's node is damaged").in("map node " + id);
    if (bytes.length < HEADER_BYTES) {
      throw corrupt(where, "node of at least 16 bytes", bytes.length, 0);
    }
    int magic = (int) INT.get(bytes, 0);
    if (magic != MAGIC) {
      throw corrupt(where, "magic " + Fault.hex(MAGIC), Fault.hex(magic), 0);
    }
    if (bytes[4] != VERSION) {
      int version = bytes[4] & 0xff;
      if (version > VERSION) {
        throw new FormatTooNewException(
            Fault.of("A chunk map's node was written by a newer version of Dozo")
                .in("map node " + id)
                .expected("version " + VERSION)
                .actual("version " + version)
                .cure("use a version of Dozo at least as new as the one that wrote it"));
      }
      throw corrupt(where, "version " + VERSION, version, 4);
    }
    int level = bytes[5] & 0xff;
    if (level > Limits.NODE_LEVEL) {
      throw corrupt(where, "level up to " + Limits.NODE_LEVEL, level, 5);
    }
    if (bytes[6] != 0 || bytes[7] != 0 || (int) INT.get(bytes, 12) != 0) {
      throw corrupt(where, "reserved bytes that are zero", "others", 6);
    }
    int count = (int) INT.get(bytes, 8);
    if (count < 0 || count > Limits.NODE_ENTRIES || (count == 0 && level > 0)) {
      throw corrupt(
          where, "up to " + Limits.NODE_ENTRIES + " entries", Integer.toUnsignedLong(count), 8);
    }
    int expected = HEADER_BYTES + count * entryBytes(level);
    if (bytes.length != expected) {
      throw corrupt(where, "node of " + expected + " bytes", bytes.length, 8);
    }
    long[] ends = new long[count];
    return new MapNode(bytes, level, ends, checkEntries(where, bytes, level, ends));
  }

  /** Fills in where entries end, and returns how much data they hold. */
  private static long checkEntries(Fault where, byte[] bytes, int level, long[] ends)
      throws CorruptDataException {
    long end = 0;
    long data = 0;
    boolean holeBefore = false;
    for (int i = 0; i < ends.length; i++) {
      int at = HEADER_BYTES + i * entryBytes(level);
      long length = (long) LONG.get(bytes, at);
      ChunkId id = ChunkId.of(bytes, at + (level == 0 ? 8 : 16));
      boolean zeroId = id.equals(Extent.HOLE);
      long most = level == 0 && !zeroId ? Limits.CHUNK_BYTES : Limits.DISK_BYTES - end;
      if (length < 1 || length > most || length > Limits.DISK_BYTES - end) {
        throw corrupt(where, "length from 1 to " + most, Long.toUnsignedString(length), at);
      }
      long held = level > 0 ? (long) LONG.get(bytes, at + 8) : zeroId ? 0 : length;
      if (held < 0 || held > length) {
        throw corrupt(where, "up to " + length + " of data", Long.toUnsignedString(held), at + 8);
      }
      if (zeroId && (level > 0 || holeBefore)) {
        throw corrupt(where, level > 0 ? "a child's id" : "holes made one", "zeros", at);
      }
      if (i < ends.length - 1 && endsNode(i + 1, id)) {
        throw corrupt(where, "an end after entry " + i, ends.length + " entries", at);
      }
      holeBefore = zeroId;
      end += length;
      data += held;
      ends[i] = end;
    }
    return data;
  }

  private static CorruptDataException corrupt(Fault where, String expected, long actual, int at) {
    return corrupt(where, expected, Long.toString(actual), at);
  }

  private static CorruptDataException corrupt(Fault where, String expected, String actual, int at) {
    return new CorruptDataException(where.at(at).expected(expected).actual(actual));
  }

  static int entryBytes(int level) {
    return (level == 0 ? 8 : 16) + ChunkId.BYTES;
  }

  /**
   * Whether a node ends after an entry: the same rule on every level, so that the ends move only
   * where the content does.
   *
   * @param entries how many entries the node has with this one
   * @param id the id in the entry, all zero for a hole
   */
  static boolean endsNode(int entries, ChunkId id) {
    return entries >= Limits.NODE_ENTRIES
        || (entries >= LEAST_ENTRIES && (id.fourth() & 0x7f) == 0 && !id.equals(Extent.HOLE));
  }

  /** The level: 0 for a leaf. */
  public int level() {
    return level;
  }

  /** Whether the entries are runs. */
  public boolean isLeaf() {
    return level == 0;
  }

  /** How many entries there are; 0 only in the one leaf of an empty disk. */
  public int entries() {
    return ends.length;
  }

  /** How much of the disk the node spans, in bytes. */
  public long spanBytes() {
    return ends.length == 0 ? 0 : ends[ends.length - 1];
  }

  /** How much of that is not in holes. */
  public long dataBytes() {
    return dataBytes;
  }

  /** Where entry {@code i} begins, counted in bytes of the disk from where the node begins. */
  public long start(int i) {
    return i == 0 ? 0 : ends[i - 1];
  }

  /** How much of the disk entry {@code i} spans, in bytes. */
  public long length(int i) {
    return ends[i] - start(i);
  }

  /** How much of that is not in holes. */
  public long data(int i) {
    if (level > 0) {
      return (long) LONG.get(bytes, at(i) + 8);
    }
    return id(i).equals(Extent.HOLE) ? 0 : length(i);
  }

  /** Whether entry {@code i} spans nothing but a hole. */
  public boolean isHole(int i) {
    return data(i) == 0;
  }

  /** The chunk or child of entry {@code i}; all zero if the entry is a leaf's hole. */
  public ChunkId id(int i) {
    return ChunkId.of(bytes, at(i) + (level == 0 ? 8 : 16));
  }

  /**
   * Finds the entry that covers a place.
   *
   * @param offset counted from where the node begins, below {@link #spanBytes}
   */
  public int indexOf(long offset) {
    if (offset < 0 || offset >= spanBytes()) {
      throw new IndexOutOfBoundsException("A node of " + spanBytes() + " bytes has no " + offset);
    }
    int found = Arrays.binarySearch(ends, offset);
    return found < 0 ? -found - 1 : found + 1;
  }

  /** What keeping this node costs, in bytes of memory. */
  public int weightBytes() {
    return bytes.length + ends.length * Long.BYTES + 96;
  }

  private int at(int i) {
    return HEADER_BYTES + i * entryBytes;
  }
}
