package dozo.repository.read;

import dozo.format.disk.ChunkSource;
import dozo.format.map.ChunkMap;

/** A disk or configuration file of this repository, whose map can be taken over by another. */
public interface MappedDisk extends ChunkSource {

  /** Which chunk lies where. */
  ChunkMap map();
}
