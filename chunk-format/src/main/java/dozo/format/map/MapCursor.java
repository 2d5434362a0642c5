package dozo.format.map;

import dozo.format.ChunkId;
import dozo.format.CorruptDataException;
import dozo.format.Fault;
import dozo.format.disk.Extent;
import dozo.format.manifest.MapRoot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Stands at one entry of a map and moves over the tree: on to what follows, or down into what the
 * entry spans. It begins at an entry that spans the whole disk, whose child is the root. Only going
 * down fetches a node.
 */
final class MapCursor {

  private record Step(MapNode node, int index, long start) {}

  private final MapRoot root;
  private final long sizeBytes;
  private final NodeSource source;

  /** The nodes from the root down to the one that holds the entry; empty before the root. */
  private final List<Step> path = new ArrayList<>(4);

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
    return path.isEmpty() ? root.level() + 1 : path.getLast().node.level();
  }

  /** Whether there is nothing below: the entry is a run, or all of it is a hole. */
  boolean isRun() {
    return level() == 0 || data() == 0;
  }

  /** The disk offset where the entry begins. */
  long offset() {
    return path.isEmpty() ? 0 : path.getLast().start + path.getLast().node.start(index());
  }

  long length() {
    return path.isEmpty() ? sizeBytes : path.getLast().node.length(index());
  }

  long endOffset() {
    return offset() + length();
  }

  long data() {
    return path.isEmpty() ? root.dataBytes() : path.getLast().node.data(index());
  }

  ChunkId id() {
    return path.isEmpty() ? root.root() : path.getLast().node.id(index());
  }

  /** The entry as an extent; it must be a run. */
  Extent extent() {
    return new Extent(offset(), length(), data() == 0 ? Extent.HOLE : id());
  }

  private int index() {
    return path.getLast().index;
  }

  /** Goes to the entry behind this one, of this node or of the nearest one above that has one. */
  void next() {
    while (!path.isEmpty()) {
      Step last = path.removeLast();
      if (last.index + 1 < last.node.entries()) {
        path.add(new Step(last.node, last.index + 1, last.start));
        return;
      }
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
        path.isEmpty()
            ? fetchRoot(source, root, sizeBytes)
            : fetch(source, id(), level() - 1, length(), data());
    path.add(new Step(child, child.indexOf(target - start), start));
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
