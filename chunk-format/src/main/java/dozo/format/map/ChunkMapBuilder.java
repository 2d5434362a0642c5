package dozo.format.map;

import dozo.format.ChunkHasher;
import dozo.format.ChunkId;
import dozo.format.Limits;
import dozo.format.disk.Extent;
import dozo.format.manifest.MapRoot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds the map of one disk from its runs in order (docs/format.md §8). Nodes go to the sink as
 * soon as they are complete; what is held is one unfinished node a level.
 *
 * <p>Not safe for use by several threads. After an exception of the sink or of a copied map the
 * builder is broken.
 */
public final class ChunkMapBuilder {

  private final ChunkHasher hasher;
  private final NodeSink sink;
  private final List<OpenNode> levels = new ArrayList<>();

  /** The length of the hole at the end, which may grow; it is in no node yet. */
  private long holeBytes;

  private long sizeBytes;
  private long dataBytes;
  private boolean finished;

  /**
   * Creates a builder of one map.
   *
   * @param hasher computes ids under the node id key of the dedup domain
   * @param sink takes the nodes
   */
  public ChunkMapBuilder(ChunkHasher hasher, NodeSink sink) {
    this.hasher = hasher;
    this.sink = sink;
    levels.add(new OpenNode(0));
  }

  /** The size of the disk so far, in bytes. */
  public long sizeBytes() {
    return sizeBytes;
  }

  /** How much of the disk so far is no hole, in bytes. */
  public long dataBytes() {
    return dataBytes;
  }

  /**
   * Adds a chunk.
   *
   * @param id its id, not all zero
   * @param length its length in bytes, from 1 to 4 MiB
   */
  public void chunk(ChunkId id, int length) throws IOException {
    if (length < 1 || length > Limits.CHUNK_BYTES) {
      throw new IllegalArgumentException(
          "A chunk has 1 to " + Limits.CHUNK_BYTES + " bytes, not " + length);
    }
    if (id.equals(Extent.HOLE)) {
      throw new IllegalArgumentException("The id of zeros stands for a hole");
    }
    grow(length);
    dataBytes += length;
    flushHole();
    add(0, length, length, id);
  }

  /**
   * Adds a hole. One that follows another makes it longer.
   *
   * @param length its length in bytes, at least 1
   */
  public void hole(long length) throws IOException {
    if (length < 1) {
      throw new IllegalArgumentException("A hole has at least 1 byte, not " + length);
    }
    grow(length);
    holeBytes += length;
  }

  /**
   * Adds the runs of another map of the same dedup domain. Where its nodes fall together with this
   * map's they are taken over without being read, nor given to the sink.
   *
   * @param base the other map
   * @param from the disk offset in it to begin at: where a run begins, or in a hole
   * @param to the disk offset in it to end at: where a run ends, or in a hole
   */
  public void copy(ChunkMap base, long from, long to) throws IOException {
    if (from < 0 || from > to || to > base.sizeBytes()) {
      throw new IllegalArgumentException(
          "A map of " + base.sizeBytes() + " bytes has no range from " + from + " to " + to);
    }
    MapCursor cursor = base.cursorAt(from);
    while (!cursor.atEnd() && cursor.offset() < to) {
      if (cursor.isRun()) {
        copyExtent(cursor.extent(), from, to);
      } else if (canTakeOver(cursor, to)) {
        takeOver(cursor);
      } else {
        cursor.descend();
        continue;
      }
      cursor.next();
    }
  }

  private void copyExtent(Extent extent, long from, long to) throws IOException {
    if (extent.isHole()) {
      hole(Math.min(extent.end(), to) - Math.max(extent.offset(), from));
    } else if (extent.offset() >= from && extent.end() <= to) {
      chunk(extent.id(), (int) extent.lengthBytes());
    } else {
      throw new IllegalArgumentException(
          "The chunk from "
              + extent.offset()
              + " to "
              + extent.end()
              + " is not whole from "
              + from
              + " to "
              + to);
    }
  }

  /**
   * Whether the entry's node would come out of its runs here too: no node up to its level is open,
   * and it was ended by the rule, not by the end of its map. Behind it at least one run of the same
   * map must follow, since only of that it is known that it does not go on with a hole at its end.
   */
  private boolean canTakeOver(MapCursor cursor, long to) {
    if (holeBytes > 0 || cursor.endOffset() >= to) {
      return false;
    }
    for (OpenNode node : levels) {
      if (node.level() < cursor.level() && !node.isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private void takeOver(MapCursor cursor) throws IOException {
    grow(cursor.length());
    dataBytes += cursor.data();
    for (int below = 0; below < cursor.level(); below++) {
      level(below).countTakenOver();
    }
    add(cursor.level(), cursor.length(), cursor.data(), cursor.id());
  }

  /**
   * Ends the disk and completes the tree.
   *
   * @return where the tree begins
   */
  public MapRoot finish() throws IOException {
    if (finished) {
      throw new IllegalStateException("The map is finished");
    }
    flushHole();
    finished = true;
    if (levels.getFirst().isEmpty() && levels.getFirst().completed() == 0) {
      close(levels.getFirst());
    }
    for (int level = 0; ; level++) {
      OpenNode open = level(level);
      if (!open.isEmpty()) {
        close(open);
      }
      if (open.completed() == 1) {
        OpenNode above = level(level + 1);
        return new MapRoot(above.lastId(), level, above.dataBytes());
      }
    }
  }

  private void grow(long length) {
    if (finished) {
      throw new IllegalStateException("The map is finished");
    }
    if (length > Limits.DISK_BYTES - sizeBytes) {
      throw new IllegalArgumentException(
          "A disk has up to " + Limits.DISK_BYTES + " bytes, not " + sizeBytes + " and " + length);
    }
    sizeBytes += length;
  }

  private void flushHole() throws IOException {
    if (holeBytes > 0) {
      long length = holeBytes;
      holeBytes = 0;
      add(0, length, 0, Extent.HOLE);
    }
  }

  private void add(int level, long length, long data, ChunkId id) throws IOException {
    OpenNode node = level(level);
    node.add(length, data, id);
    if (node.endsWith(id)) {
      close(node);
    }
  }

  private void close(OpenNode node) throws IOException {
    long span = node.spanBytes();
    long data = node.dataBytes();
    byte[] bytes = node.complete();
    ChunkId id = hasher.id(bytes);
    sink.node(id, bytes);
    add(node.level() + 1, span, data, id);
  }

  private OpenNode level(int level) {
    while (levels.size() <= level) {
      levels.add(new OpenNode(levels.size()));
    }
    return levels.get(level);
  }
}
