package dozo.format.map;

import dozo.format.ChunkId;
import java.io.IOException;

/**
 * Fetches the nodes of chunk maps. Walking a map asks for its upper nodes again and again: a source
 * keeps decoded nodes, {@link MapNode#weightBytes} each. It is as safe for threads as whoever
 * shares it needs.
 */
@FunctionalInterface
public interface NodeSource {

  /**
   * Fetches and decodes a node.
   *
   * @throws dozo.format.MissingChunkException if it is nowhere
   * @throws dozo.format.CorruptDataException if its bytes are not what was stored
   */
  MapNode node(ChunkId id) throws IOException;
}
