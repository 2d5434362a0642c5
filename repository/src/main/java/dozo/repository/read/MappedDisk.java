package dozo.repository.read;

import dozo.format.disk.PackedSource;
import dozo.format.map.ChunkMap;
import java.io.IOException;

/** A disk or configuration file of this repository, whose map can be taken over by another. */
public interface MappedDisk extends PackedSource {

  /** Which chunk lies where. */
  ChunkMap map();

  /**
   * How many bytes are decoded to bring all data, by one who asks for 8 MiB at a time: each time
   * all of each segment that has some of it.
   *
   * @throws IOException if a map node cannot be read
   */
  long decodedBytes() throws IOException;
}
