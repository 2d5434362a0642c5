package dozo.server.net;

import dozo.format.disk.ChunkSource;
import dozo.format.disk.Extent;
import java.io.IOException;
import java.util.List;

/**
 * Looks whether chunks that a client asks for are where it says they are. Knowing an id opens
 * nothing: a token reads what its restore points hold, and only through their maps.
 *
 * <p>Clients ask in the order of the disk, so the extents that were looked up last mostly cover the
 * next chunk too. Used by one thread at a time.
 */
final class ChunkCheck {

  private static final int LOOKED_UP_AT_ONCE = 128;

  private final ChunkSource source;
  private final int lookedUpAtOnce;
  private List<Extent> window = List.of();
  private int place;

  /**
   * Makes a check for one request.
   *
   * @param chunks how many chunks it is about
   */
  ChunkCheck(ChunkSource source, int chunks) {
    this.source = source;
    this.lookedUpAtOnce = Math.clamp(chunks, 1, LOOKED_UP_AT_ONCE);
  }

  /**
   * Whether the disk's map has exactly this chunk at exactly this place.
   *
   * @throws IOException if the map cannot be read
   */
  boolean holds(Extent chunk) throws IOException {
    if (chunk.isHole() || chunk.offset() >= source.sizeBytes()) {
      return false;
    }
    if (window.isEmpty()
        || chunk.offset() < window.getFirst().offset()
        || chunk.offset() >= window.getLast().end()) {
      window = source.extents(chunk.offset(), lookedUpAtOnce);
      place = 0;
    } else if (chunk.offset() < window.get(place).offset()) {
      place = 0;
    }
    while (window.get(place).end() <= chunk.offset()) {
      place++;
    }
    return window.get(place).equals(chunk);
  }
}
