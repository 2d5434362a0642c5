package dozo.repository.verify;

import dozo.format.ChunkId;
import dozo.format.manifest.MapRoot;
import dozo.format.map.MapNode;
import dozo.repository.read.WantedChunk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Goes over one chunk map, but not below nodes that are known to be sound. Siblings are read, and
 * the chunks of several leaves checked, together. For one thread, and one use.
 */
final class MapWalk {

  /** So many siblings go together: leaves with some 2,500 chunks. */
  private static final int SIBLINGS = 16;

  private final ChunkChecker checker;
  private final String neededBy;
  private final LongConsumer progress;

  /** What a parent says of a child. */
  private record Child(ChunkId id, int level, long offset, long spanBytes, long dataBytes) {

    boolean fits(MapNode node) {
      return node.level() == level
          && node.spanBytes() == spanBytes
          && node.dataBytes() == dataBytes;
    }
  }

  /** A chunk in a leaf, and which of the siblings that leaf is. */
  private record Place(int sibling, WantedChunk chunk) {}

  /** Takes ranges that cannot be read. */
  @FunctionalInterface
  interface DamageSink {
    void damaged(long offset, long lengthBytes, String reason);
  }

  /**
   * Prepares a walk.
   *
   * @param neededBy the disk, for errors
   * @param progress hears of bytes of data that were gone over
   */
  MapWalk(ChunkChecker checker, String neededBy, LongConsumer progress) {
    this.checker = checker;
    this.neededBy = neededBy;
    this.progress = progress;
  }

  /** Walks the whole map; returns whether it is sound with all its chunks. */
  boolean run(MapRoot root, long sizeBytes, DamageSink damages) throws IOException {
    return walk(
        List.of(new Child(root.root(), root.level(), 0, sizeBytes, root.dataBytes())), damages);
  }

  /** Walks siblings; returns whether all are sound. */
  private boolean walk(List<Child> siblings, DamageSink damages) throws IOException {
    List<WantedChunk> wanted = new ArrayList<>();
    for (int i = 0; i < siblings.size(); i++) {
      Child child = siblings.get(i);
      if (checker.isSound(child.id)) {
        progress.accept(child.dataBytes);
      } else {
        wanted.add(new WantedChunk(i, child.id, -1, child.offset));
      }
    }
    if (wanted.isEmpty()) {
      return true;
    }
    Map<Integer, String> reasons = new HashMap<>();
    Map<Integer, MapNode> nodes = checker.nodes(wanted, neededBy, reasons);
    nodes
        .entrySet()
        .removeIf(entry -> {
          boolean fits = siblings.get(entry.getKey()).fits(entry.getValue());
          if (!fits) {
            reasons.put(entry.getKey(), "A map node is not what its parent says");
          }
          return !fits;
        });
    reasons.forEach((i, reason) -> {
      Child child = siblings.get(i);
      damages.damaged(child.offset, child.spanBytes, reason);
      progress.accept(child.dataBytes);
    });
    boolean below =
        siblings.getFirst().level == 0
            ? checkLeaves(siblings, nodes, damages)
            : walkChildren(siblings, nodes, damages);
    return below && reasons.isEmpty();
  }

  private boolean walkChildren(
      List<Child> siblings, Map<Integer, MapNode> nodes, DamageSink damages) throws IOException {
    boolean allSound = true;
    for (Map.Entry<Integer, MapNode> entry : nodes.entrySet()) {
      Child parent = siblings.get(entry.getKey());
      List<Child> children = children(parent, entry.getValue());
      boolean sound = true;
      for (int from = 0; from < children.size(); from += SIBLINGS) {
        int to = Math.min(children.size(), from + SIBLINGS);
        sound &= walk(children.subList(from, to), damages);
      }
      if (sound) {
        checker.sound(parent.id);
      }
      allSound &= sound;
    }
    return allSound;
  }

  private static List<Child> children(Child parent, MapNode node) {
    List<Child> children = new ArrayList<>(node.entries());
    for (int i = 0; i < node.entries(); i++) {
      children.add(
          new Child(
              node.id(i),
              node.level() - 1,
              parent.offset + node.start(i),
              node.length(i),
              node.data(i)));
    }
    return children;
  }

  private boolean checkLeaves(
      List<Child> siblings, Map<Integer, MapNode> leaves, DamageSink damages) throws IOException {
    List<Place> places = new ArrayList<>();
    leaves.forEach((sibling, leaf) -> {
      for (int i = 0; i < leaf.entries(); i++) {
        if (!leaf.isHole(i)) {
          long offset = siblings.get(sibling).offset + leaf.start(i);
          WantedChunk chunk = new WantedChunk(places.size(), leaf.id(i), leaf.length(i), offset);
          places.add(new Place(sibling, chunk));
        }
      }
    });
    Map<Integer, String> reasons =
        checker.chunks(places.stream().map(Place::chunk).toList(), neededBy);
    Map<Integer, Boolean> broken = new HashMap<>();
    for (Place place : places) {
      String reason = reasons.get(place.chunk.index());
      if (reason != null) {
        damages.damaged(place.chunk.offset(), place.chunk.lengthBytes(), reason);
        broken.put(place.sibling, true);
      }
    }
    for (int sibling : leaves.keySet()) {
      progress.accept(siblings.get(sibling).dataBytes);
      if (!broken.containsKey(sibling)) {
        checker.sound(siblings.get(sibling).id);
      }
    }
    return broken.isEmpty();
  }
}
