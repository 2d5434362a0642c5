package dozo.repository.read;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dozo.format.ChunkId;
import dozo.format.DozoException;
import dozo.format.map.MapNode;
import dozo.format.map.NodeSource;
import dozo.format.pack.ContentKind;
import dozo.format.seal.SegmentView;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Map nodes in memory, within a bound of bytes. A node brings its neighbours along: those that were
 * stored in its segment are what a walk asks for next.
 *
 * <p>Safe for use by several threads.
 */
final class NodeCache implements NodeSource {

  private final ChunkFetcher fetcher;
  private final Cache<ChunkId, MapNode> nodes;

  NodeCache(ChunkFetcher fetcher, long maximumBytes) {
    this.fetcher = fetcher;
    this.nodes =
        Caffeine.newBuilder()
            .maximumWeight(maximumBytes)
            .weigher((ChunkId id, MapNode node) -> node.weightBytes())
            .build();
  }

  @Override
  public MapNode node(ChunkId id) throws IOException {
    MapNode cached = nodes.getIfPresent(id);
    return cached != null ? cached : load(id);
  }

  private MapNode load(ChunkId id) throws IOException {
    Map<ChunkId, byte[]> found = new HashMap<>();
    fetcher.fetch(
        ContentKind.MAP_NODES,
        List.of(new WantedChunk(0, id, -1, -1)),
        (wanted, segment, place) -> copy(segment, found),
        "map node " + id);
    MapNode wanted = null;
    for (Map.Entry<ChunkId, byte[]> entry : found.entrySet()) {
      if (entry.getKey().equals(id)) {
        wanted = MapNode.decode(id, entry.getValue());
        nodes.put(id, wanted);
      } else {
        keep(entry.getKey(), entry.getValue());
      }
    }
    if (wanted == null) {
      throw new IllegalStateException("A fetch that succeeds brings what was asked for: " + id);
    }
    return wanted;
  }

  private static void copy(SegmentView segment, Map<ChunkId, byte[]> target) {
    for (int i = 0; i < segment.chunkCount(); i++) {
      int from = segment.offset(i);
      target.put(
          segment.id(i), Arrays.copyOfRange(segment.plain(), from, from + segment.length(i)));
    }
  }

  private void keep(ChunkId id, byte[] bytes) {
    try {
      nodes.put(id, MapNode.decode(id, bytes));
    } catch (DozoException e) {
      nodes.invalidate(id); // Whoever asks for this one gets the error then.
    }
  }

  /** Forgets everything, so that the next walk reads what is on disk. */
  void clear() {
    nodes.invalidateAll();
  }
}
