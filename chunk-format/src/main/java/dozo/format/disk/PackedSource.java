package dozo.format.disk;

import java.io.IOException;
import java.util.List;

/**
 * A source that can bring segments as they are stored, decrypted but not decompressed: for whoever
 * sends them on, and whose receiver has the time to unpack them.
 */
public interface PackedSource extends ChunkSource {

  /**
   * Brings chunks, authenticated: packed where all chunks of a segment are asked for, so that
   * nobody gets a chunk that he did not ask for, and one by one elsewhere.
   *
   * @param chunks extents of this disk, none of them a hole, 1,024 at the most
   * @param plain takes each chunk that does not come packed
   * @param packed takes each segment
   * @throws IOException naming the chunk, if one cannot be had; others may have been brought
   */
  void fetchPacked(List<Extent> chunks, ChunkConsumer plain, PackedConsumer packed)
      throws IOException;
}
