package dozo.mount.read;

import dozo.format.ChunkId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Chunks that were read ahead and not asked for yet, oldest first. They are kept apart from the
 * cache because its policy admits only what was asked for more often than what it would replace,
 * and these were never asked for.
 *
 * <p>Safe for use by many threads.
 */
final class WaitingChunks {
  private final long maximumBytes;
  private final Map<ChunkId, byte[]> chunks = new LinkedHashMap<>();
  private long bytes;

  WaitingChunks(long maximumBytes) {
    this.maximumBytes = maximumBytes;
  }

  /** Adds a chunk, and drops the oldest ones that there is no more room for. */
  synchronized void add(ChunkId id, byte[] plain) {
    byte[] before = chunks.put(id, plain);
    bytes += plain.length - (before == null ? 0 : before.length);
    Iterator<byte[]> oldest = chunks.values().iterator();
    while (bytes > maximumBytes && oldest.hasNext()) {
      bytes -= oldest.next().length;
      oldest.remove();
    }
  }

  /** Takes a chunk out. */
  synchronized byte @Nullable [] take(ChunkId id) {
    byte[] plain = chunks.remove(id);
    if (plain != null) {
      bytes -= plain.length;
    }
    return plain;
  }

  synchronized long bytes() {
    return bytes;
  }

  synchronized boolean contains(ChunkId id) {
    return chunks.containsKey(id);
  }
}
