package dozo.repository.read;

import dozo.format.disk.PackedSource;
import dozo.format.map.ChunkMap;

/** A disk or configuration file of this repository, whose map can be taken over by another. */
public interface MappedDisk extends PackedSource {

  /** Which chunk lies where. */
  ChunkMap map();
}
