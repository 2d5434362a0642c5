package dozo.format.splice;

import dozo.format.disk.ChunkConsumer;
import dozo.format.disk.Extent;
import dozo.format.map.ChunkMap;
import java.io.IOException;
import java.util.List;

/** The disk that changes are told against. It was cut with the parameters of the new one. */
public interface BaseDisk {

  /** Which chunk lies where. */
  ChunkMap map();

  /**
   * Fetches chunks.
   *
   * @param chunks extents of the map, none of them a hole
   * @throws IOException if one cannot be had
   */
  void fetch(List<Extent> chunks, ChunkConsumer consumer) throws IOException;
}
