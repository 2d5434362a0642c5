package dozo.format.seal;

import dozo.format.ChunkId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * The ids and lengths of the chunks of one segment, in order.
 *
 * <p>Confined to one thread at a time; reused by {@link #clear()}.
 */
final class ChunkList {

  private static final int LONGS = ChunkId.BYTES / Long.BYTES;
  private static final int INITIAL_CHUNKS = 16;

  private long[] ids = new long[LONGS * INITIAL_CHUNKS];
  private int[] lengths = new int[INITIAL_CHUNKS];
  private int size;

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  void add(ChunkId id, int length) {
    if (size == lengths.length) {
      ids = Arrays.copyOf(ids, 2 * ids.length);
      lengths = Arrays.copyOf(lengths, 2 * lengths.length);
    }
    int at = LONGS * size;
    ids[at] = id.first();
    ids[at + 1] = id.second();
    ids[at + 2] = id.third();
    ids[at + 3] = id.fourth();
    lengths[size++] = length;
  }

  void copyFrom(ChunkList other) {
    if (lengths.length < other.size) {
      ids = new long[other.ids.length];
      lengths = new int[other.lengths.length];
    }
    System.arraycopy(other.ids, 0, ids, 0, LONGS * other.size);
    System.arraycopy(other.lengths, 0, lengths, 0, other.size);
    size = other.size;
  }

  ChunkId id(int index) {
    int at = LONGS * Objects.checkIndex(index, size);
    return new ChunkId(ids[at], ids[at + 1], ids[at + 2], ids[at + 3]);
  }

  int length(int index) {
    return lengths[Objects.checkIndex(index, size)];
  }

  /** Returns the place of the first chunk of that id, or -1. */
  int find(ChunkId id) {
    for (int i = 0, at = 0; i < size; i++, at += LONGS) {
      if (ids[at] == id.first()
          && ids[at + 1] == id.second()
          && ids[at + 2] == id.third()
          && ids[at + 3] == id.fourth()) {
        return i;
      }
    }
    return -1;
  }

  /** Writes the list as it stands at the front of a segment. */
  void write(byte[] target, int offset) {
    ByteBuffer buffer =
        ByteBuffer.wrap(target, offset, SegmentBuffer.listBytes(size))
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(size);
    for (int i = 0; i < size; i++) {
      id(i).write(buffer);
      buffer.putInt(lengths[i]);
    }
  }
}
