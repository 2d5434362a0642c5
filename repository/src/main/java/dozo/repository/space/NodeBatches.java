package dozo.repository.space;

import dozo.format.ChunkId;
import dozo.format.map.MapNode;
import dozo.format.pack.ContentKind;
import dozo.repository.read.ChunkFetcher;
import dozo.repository.read.WantedChunk;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;

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

  /** Takes nodes that were read. */
  @FunctionalInterface
  interface NodeSink {
    void node(ChunkId id, MapNode node);
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
        // Depth first: what waits stays within a batch's children for each level.
        read(
            batch,
            (id, node) -> {
              for (int i = node.entries() - 1; i >= 0; i--) {
                waiting.addFirst(new Node(node.id(i), node.level() - 1));
              }
            });
        batch.clear();
      }
    }
  }

  /** Reads nodes; the sink is called on this thread, in the order of the ids. */
  void read(List<ChunkId> ids, NodeSink sink) throws IOException {
    for (int from = 0; from < ids.size(); from += TOGETHER) {
      readTogether(ids.subList(from, Math.min(ids.size(), from + TOGETHER)), sink);
    }
  }

  private void readTogether(List<ChunkId> ids, NodeSink sink) throws IOException {
    List<WantedChunk> wanted = new ArrayList<>(ids.size());
    for (ChunkId id : ids) {
      wanted.add(new WantedChunk(wanted.size(), id, -1, -1));
    }
    AtomicReferenceArray<byte[]> contents = new AtomicReferenceArray<>(ids.size());
    fetcher.fetch(
        ContentKind.MAP_NODES,
        wanted,
        (chunk, segment, place) -> {
          int from = segment.offset(place);
          contents.set(
              chunk.index(),
              Arrays.copyOfRange(segment.plain(), from, from + segment.length(place)));
        },
        "the question what deleting restore points would free");
    for (int i = 0; i < ids.size(); i++) {
      sink.node(ids.get(i), MapNode.decode(ids.get(i), contents.get(i)));
    }
  }
}
