package dozo.format.map;

import dozo.format.ChunkId;
import dozo.format.Limits;
import dozo.format.disk.Extent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The node of one level that a builder is filling. */
final class OpenNode {

  private final int level;
  private final ByteBuffer bytes;
  private int entries;
  private long spanBytes;
  private long dataBytes;
  private ChunkId lastId = Extent.HOLE;
  private long completed;

  OpenNode(int level) {
    this.level = level;
    this.bytes =
        ByteBuffer.allocate(MapNode.HEADER_BYTES + Limits.NODE_ENTRIES * MapNode.entryBytes(level))
            .order(ByteOrder.LITTLE_ENDIAN)
            .position(MapNode.HEADER_BYTES);
  }

  int level() {
    return level;
  }

  boolean isEmpty() {
    return entries == 0;
  }

  long spanBytes() {
    return spanBytes;
  }

  long dataBytes() {
    return dataBytes;
  }

  /** The id in the last entry that was added. */
  ChunkId lastId() {
    return lastId;
  }

  /** How many nodes of this level there have been. */
  long completed() {
    return completed;
  }

  /** Counts a node of this level that came from another map. */
  void countTakenOver() {
    completed++;
  }

  void add(long length, long data, ChunkId id) {
    bytes.putLong(length);
    if (level > 0) {
      bytes.putLong(data);
    }
    id.write(bytes);
    entries++;
    spanBytes += length;
    dataBytes += data;
    lastId = id;
  }

  boolean endsWith(ChunkId id) {
    return MapNode.endsNode(entries, id);
  }

  /** Returns the bytes of the node, and begins the next one. */
  byte[] complete() {
    if (level > Limits.NODE_LEVEL) {
      throw new IllegalStateException("A chunk map has no level " + level);
    }
    bytes.putInt(0, MapNode.MAGIC).put(4, MapNode.VERSION).put(5, (byte) level).putInt(8, entries);
    byte[] node = Arrays.copyOf(bytes.array(), bytes.position());
    bytes.position(MapNode.HEADER_BYTES);
    entries = 0;
    spanBytes = 0;
    dataBytes = 0;
    completed++;
    return node;
  }
}
