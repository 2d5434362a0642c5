package dozo.format.pack;

import dozo.format.ChunkId;
import java.util.Arrays;
import java.util.Objects;

/**
 * What a pack holds: its segments in the order of the file, and in each the chunks, by id and
 * length.
 *
 * <p>Immutable and safe for use by several threads. Kept as a few flat arrays, because thousands of
 * directories are cached: 36 bytes a chunk for id and length, 6 to 11 for the table that finds it,
 * and 20 a segment; a pack of 64 MiB with chunks of 21 KiB in segments of three takes some 300 KiB.
 */
public final class PackDirectory {

  static final int LONGS = ChunkId.BYTES / Long.BYTES;

  private final long[] segmentOffsets;
  private final int[] sealedLengths;
  private final int[] plainLengths;

  /** The number of each segment's first chunk, and after the last segment that of all chunks. */
  private final int[] firstChunks;

  private final long[] ids;
  private final int[] lengths;

  /**
   * Open addressing with linear probing; a chunk's number + 1, or 0. The size is a power of two.
   */
  private final int[] table;

  /** Keeps the arrays, which have passed every check. */
  PackDirectory(
      long[] segmentOffsets,
      int[] sealedLengths,
      int[] plainLengths,
      int[] firstChunks,
      long[] ids,
      int[] lengths) {
    this.segmentOffsets = segmentOffsets;
    this.sealedLengths = sealedLengths;
    this.plainLengths = plainLengths;
    this.firstChunks = firstChunks;
    this.ids = ids;
    this.lengths = lengths;
    this.table = index(ids, lengths.length);
  }

  /** How many segments there are. */
  public int segmentCount() {
    return segmentOffsets.length;
  }

  /** How many chunks there are. They are numbered from 0, in the order of the file. */
  public int chunkCount() {
    return lengths.length;
  }

  /** Where the header of a segment's record lies in the pack. */
  public long offset(int segment) {
    return segmentOffsets[segment];
  }

  /** The sealed length of a segment in bytes, without the record's header. */
  public int sealedLength(int segment) {
    return sealedLengths[segment];
  }

  /** The plain length of a segment in bytes, its list included. */
  public int plainLength(int segment) {
    return plainLengths[segment];
  }

  /** The number of a segment's first chunk. */
  public int firstChunk(int segment) {
    return firstChunks[Objects.checkIndex(segment, segmentCount())];
  }

  /** How many chunks a segment has. */
  public int chunkCount(int segment) {
    return firstChunks[segment + 1] - firstChunks[segment];
  }

  /** The segment that holds a chunk. */
  public int segmentOf(int chunk) {
    Objects.checkIndex(chunk, chunkCount());
    int found = Arrays.binarySearch(firstChunks, chunk);
    return found >= 0 ? found : -found - 2;
  }

  /** The id of a chunk. */
  public ChunkId id(int chunk) {
    int at = LONGS * Objects.checkIndex(chunk, chunkCount());
    return new ChunkId(ids[at], ids[at + 1], ids[at + 2], ids[at + 3]);
  }

  /** The length of a chunk in bytes. */
  public int length(int chunk) {
    return lengths[chunk];
  }

  /** Returns the number of a chunk of that whole id, or -1. */
  public int find(ChunkId id) {
    int mask = table.length - 1;
    for (int slot = (int) id.first() & mask; ; slot = (slot + 1) & mask) {
      int chunk = table[slot] - 1;
      if (chunk < 0) {
        return -1;
      }
      int at = LONGS * chunk;
      if (ids[at] == id.first()
          && ids[at + 1] == id.second()
          && ids[at + 2] == id.third()
          && ids[at + 3] == id.fourth()) {
        return chunk;
      }
    }
  }

  /** Whether both say the same of every segment and every chunk. */
  public boolean isSameAs(PackDirectory other) {
    return Arrays.equals(segmentOffsets, other.segmentOffsets)
        && Arrays.equals(sealedLengths, other.sealedLengths)
        && Arrays.equals(plainLengths, other.plainLengths)
        && Arrays.equals(firstChunks, other.firstChunks)
        && Arrays.equals(ids, other.ids)
        && Arrays.equals(lengths, other.lengths);
  }

  /** The heap that this takes, in bytes. */
  public long memoryBytes() {
    return 160
        + 20L * segmentCount()
        + (long) (ChunkId.BYTES + Integer.BYTES) * chunkCount()
        + 4L * table.length;
  }

  private static int[] index(long[] ids, int count) {
    int size = Integer.highestOneBit(Math.max(4, count + count / 3)) << 1;
    int[] table = new int[size];
    for (int chunk = 0; chunk < count; chunk++) {
      int slot = (int) ids[LONGS * chunk] & (size - 1);
      while (table[slot] != 0) {
        slot = (slot + 1) & (size - 1);
      }
      table[slot] = chunk + 1;
    }
    return table;
  }
}
