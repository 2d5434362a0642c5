package dozo.format.map;

import dozo.format.ChunkHasher;
import dozo.format.ChunkId;
import dozo.format.MissingChunkException;
import dozo.format.disk.Extent;
import dozo.format.manifest.MapRoot;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Nodes in memory, counted as they come and go. */
public final class NodeStore implements NodeSource, NodeSink {

  final Map<ChunkId, byte[]> nodes = new HashMap<>();
  int stored;
  int fetched;

  @Override
  public void node(ChunkId id, byte[] bytes) {
    if (nodes.putIfAbsent(id, bytes) == null) {
      stored++;
    }
  }

  @Override
  public MapNode node(ChunkId id) throws IOException {
    fetched++;
    byte[] bytes = nodes.get(id);
    if (bytes == null) {
      throw new MissingChunkException(id, "chunk map", -1);
    }
    return MapNode.decode(id, bytes);
  }

  public ChunkMapBuilder builder() {
    byte[] key = new byte[ChunkHasher.KEY_BYTES];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) i;
    }
    return new ChunkMapBuilder(new ChunkHasher(key), this);
  }

  public ChunkMap map(MapRoot root, long sizeBytes) {
    return new ChunkMap(root, sizeBytes, this);
  }

  /** Builds a map of the extents, whose offsets do not matter. */
  ChunkMap build(List<Extent> extents) throws IOException {
    ChunkMapBuilder builder = builder();
    for (Extent extent : extents) {
      if (extent.isHole()) {
        builder.hole(extent.lengthBytes());
      } else {
        builder.chunk(extent.id(), (int) extent.lengthBytes());
      }
    }
    long size = builder.sizeBytes();
    return map(builder.finish(), size);
  }
}
