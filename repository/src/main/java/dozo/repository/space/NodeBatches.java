package dozo.repository.space;

import dozo.format.ChunkId;
import dozo.format.DozoException;
import dozo.format.map.MapNode;
import dozo.format.pack.ContentKind;
import dozo.repository.read.ChunkFetcher;
import dozo.repository.read.WantedChunk;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads map nodes, many at a time. For one thread at a time; it has the work done on several. */
final class NodeBatches {

  private static final int TOGETHER = 512;

  private final ChunkFetcher fetcher;

  NodeBatches(ChunkFetcher fetcher) {
    this.fetcher = fetcher;
  }

  /** A node and its level, 0 for a leaf. */
  record Node(ChunkId id, int level) {}

  /** Takes leaves as their parents name them. */
  @FunctionalInterface
  interface LeafSink {
    void leaf(ChunkId id) throws IOException;
  }

  /** Takes nodes that were read, on any thread, several at once. */
  @FunctionalInterface
  interface NodeSink {

    /**
     * Takes a node.
     *
     * @param place its id's place in the list of what was to be read
     */
    void node(int place, MapNode node);
  }

  /**
   * Names the leaves of maps without reading them.
   *
   * @param enter says whether an inner node is to be read, each time it is met
   */
  void walk(List<Node> roots, Predicate<ChunkId> enter, LeafSink leaves) throws IOException {
    ArrayDeque<Node> waiting = new ArrayDeque<>(roots);
    List<ChunkId> batch = new ArrayList<>();
    while (!waiting.isEmpty() || !batch.isEmpty()) {
      Node next = waiting.poll();
      if (next != null && next.level == 0) {
        leaves.leaf(next.id);
      } else if (next != null && enter.test(next.id)) {
        batch.add(next.id);
      }
      if (batch.size() == TOGETHER || (waiting.isEmpty() && !batch.isEmpty())) {
        AtomicReferenceArray<MapNode> inner = new AtomicReferenceArray<>(batch.size());
        read(batch, inner::set);
        // Depth first: what waits stays within a batch's children for each level.
        for (int i = 0; i < batch.size(); i++) {
          addChildren(inner.get(i), waiting);
        }
        batch.clear();
      }
    }
  }

  private static void addChildren(MapNode node, ArrayDeque<Node> waiting) {
    for (int i = node.entries() - 1; i >= 0; i--) {
      waiting.addFirst(new Node(node.id(i), node.level() - 1));
    }
  }

  /** Reads nodes, all of them before it returns. */
  void read(List<ChunkId> ids, NodeSink sink) throws IOException {
    for (int from = 0; from < ids.size(); from += TOGETHER) {
      readTogether(from, ids.subList(from, Math.min(ids.size(), from + TOGETHER)), sink);
    }
  }

  private void readTogether(int first, List<ChunkId> ids, NodeSink sink) throws IOException {
    List<WantedChunk> wanted = new ArrayList<>(ids.size());
    for (ChunkId id : ids) {
      wanted.add(new WantedChunk(first + wanted.size(), id, -1, -1));
    }
    AtomicReference<@Nullable DozoException> failure = new AtomicReference<>();
    fetcher.fetch(
        ContentKind.MAP_NODES,
        wanted,
        (chunk, segment, place) -> {
          int from = segment.offset(place);
          byte[] content = Arrays.copyOfRange(segment.plain(), from, from + segment.length(place));
          try {
            sink.node(chunk.index(), MapNode.decode(chunk.id(), content));
          } catch (DozoException e) {
            failure.compareAndSet(null, e);
          }
        },
        "the question what deleting restore points would free");
    DozoException malformed = failure.get();
    if (malformed != null) {
      throw malformed;
    }
  }
}
