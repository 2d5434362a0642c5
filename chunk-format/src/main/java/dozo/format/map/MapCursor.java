package dozo.format.map;

import dozo.format.ChunkId;
import dozo.format.CorruptDataException;
import dozo.format.Fault;
import dozo.format.Limits;
import dozo.format.disk.Extent;
import dozo.format.manifest.MapRoot;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Stands at one entry of a map and moves over the tree: on to what follows, or down into what the
 * entry spans. It begins at an entry that spans the whole disk, whose child is the root. Only going
 * down fetches a node.
 */
final class MapCursor {

  private final MapRoot root;
  private final long sizeBytes;
  private final NodeSource source;

  // From the root down to the node that holds the entry: the nodes, the places in them, and the
  // disk
  // offsets where the nodes begin.
  private final @Nullable MapNode[] nodes = new @Nullable MapNode[Limits.NODE_LEVEL + 1];
  private final int[] indexes = new int[Limits.NODE_LEVEL + 1];
  private final long[] starts = new long[Limits.NODE_LEVEL + 1];

  /** How many nodes there are on the way; 0 at the entry that spans the whole disk. */
  private int depth;

  private boolean end;

  MapCursor(MapRoot root, long sizeBytes, NodeSource source) {
    this.root = root;
    this.sizeBytes = sizeBytes;
    this.source = source;
    this.end = sizeBytes == 0;
  }

  /** Fetches a node and holds it to what its parent says of it. */
  static MapNode fetch(NodeSource source, ChunkId id, int level, long span, long data)
      throws IOException {
    MapNode node = source.node(id);
    if (node.level() != level || node.spanBytes() != span || node.dataBytes() != data) {
      throw new CorruptDataException(
          Fault.of("A chunk map's node is not what its parent says")
              .in("map node " + id)
              .expected(describe(level, span, data))
              .actual(describe(node.level(), node.spanBytes(), node.dataBytes())));
    }
    return node;
  }

  static MapNode fetchRoot(NodeSource source, MapRoot root, long sizeBytes) throws IOException {
    MapNode node = fetch(source, root.root(), root.level(), sizeBytes, root.dataBytes());
    if (node.level() > 0 && node.entries() == 1) {
      throw new CorruptDataException(
          Fault.of("A chunk map's root has one child").in("map node " + root.root()));
    }
    return node;
  }

  private static String describe(int level, long span, long data) {
    return "level " + level + " with " + data + " bytes of data in " + span;
  }

  /** Whether the cursor has passed the last entry. */
  boolean atEnd() {
    return end;
  }

  /** The level of the node that holds the entry; one more than the root's at the beginning. */
  int level() {
    return root.level() + 1 - depth;
  }

  /** Whether there is nothing below: the entry is a run, or all of it is a hole. */
  boolean isRun() {
    return level() == 0 || data() == 0;
  }

  /** The disk offset where the entry begins. */
  long offset() {
    return depth == 0 ? 0 : starts[depth - 1] + node().start(index());
  }

  long length() {
    return depth == 0 ? sizeBytes : node().length(index());
  }

  long endOffset() {
    return offset() + length();
  }

  long data() {
    return depth == 0 ? root.dataBytes() : node().data(index());
  }

  ChunkId id() {
    return depth == 0 ? root.root() : node().id(index());
  }

  /** The entry as an extent; it must be a run. */
  Extent extent() {
    return new Extent(offset(), length(), data() == 0 ? Extent.HOLE : id());
  }

  private MapNode node() {
    return Objects.requireNonNull(nodes[depth - 1]);
  }

  private int index() {
    return indexes[depth - 1];
  }

  /** Goes to the entry behind this one, of this node or of the nearest one above that has one. */
  void next() {
    while (depth > 0) {
      if (++indexes[depth - 1] < node().entries()) {
        return;
      }
      depth--;
    }
    end = true;
  }

  /** Goes to the first entry of the child. */
  void descend() throws IOException {
    descend(offset());
  }

  /** Goes to the entry of the child that covers a disk offset. */
  private void descend(long target) throws IOException {
    long start = offset();
    MapNode child =
        depth == 0
            ? fetchRoot(source, root, sizeBytes)
            : fetch(source, id(), level() - 1, length(), data());
    nodes[depth] = child;
    indexes[depth] = child.indexOf(target - start);
    starts[depth] = start;
    depth++;
  }

  /**
   * From the beginning, goes down to the entry that begins at a disk offset, the highest one if
   * there are several, or to the run that the offset is in the middle of.
   */
  void seek(long target) throws IOException {
    if (target == sizeBytes) {
      end = true;
    }
    while (!end && offset() != target && !isRun()) {
      descend(target);
    }
  }
}
