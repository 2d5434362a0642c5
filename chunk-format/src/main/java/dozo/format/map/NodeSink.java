package dozo.format.map;

import dozo.format.ChunkId;
import java.io.IOException;

/** Takes the nodes that a {@link ChunkMapBuilder} completes, children before their parents. */
@FunctionalInterface
public interface NodeSink {

  /**
   * A node is complete. It may be one that is known already.
   *
   * @param id its id
   * @param bytes its bytes, which are the sink's from now on
   */
  void node(ChunkId id, byte[] bytes) throws IOException;
}
