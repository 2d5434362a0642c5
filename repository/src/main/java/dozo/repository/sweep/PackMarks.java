package dozo.repository.sweep;

import dozo.format.pack.PackDirectory;
import dozo.repository.pack.PackEntry;
import java.util.Set;

/**
 * Which chunks of a pack are needed: one bit each, and what they come to. The bits are made with
 * the first mark.
 *
 * <p>Safe for use by several threads.
 */
final class PackMarks {

  private static final long[] NONE = {};

  private final PackEntry pack;
  private long[] bits = NONE;
  private int live;
  private long liveBytes;
  private long plainBytes;
  private boolean isUntouchable;

  PackMarks(PackEntry pack) {
    this.pack = pack;
  }

  PackEntry pack() {
    return pack;
  }

  /** Marks a chunk. Returns false if it is marked already. */
  synchronized boolean mark(PackDirectory directory, int chunk) {
    if (bits.length == 0) {
      bits = new long[Math.ceilDiv(directory.chunkCount(), Long.SIZE)];
      for (int i = 0; i < directory.chunkCount(); i++) {
        plainBytes += directory.length(i);
      }
    }
    long bit = 1L << chunk;
    if ((bits[chunk / Long.SIZE] & bit) != 0) {
      return false;
    }
    bits[chunk / Long.SIZE] |= bit;
    live++;
    liveBytes += directory.length(chunk);
    return true;
  }

  synchronized boolean isMarked(int chunk) {
    return bits.length > 0 && (bits[chunk / Long.SIZE] & 1L << chunk) != 0;
  }

  /** Whether a chunk is marked in one of the segments at these offsets. */
  boolean hasMarkedIn(PackDirectory directory, Set<Long> offsets) {
    for (int segment = 0; segment < directory.segmentCount(); segment++) {
      if (offsets.contains(directory.offset(segment))) {
        int first = directory.firstChunk(segment);
        for (int chunk = first; chunk < first + directory.chunkCount(segment); chunk++) {
          if (isMarked(chunk)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** Says that the pack may hold more than its directory shows, or that it is kept for repair. */
  synchronized void leaveAlone() {
    isUntouchable = true;
  }

  synchronized boolean isUntouchable() {
    return isUntouchable;
  }

  /** How many chunks are marked. */
  synchronized int live() {
    return live;
  }

  /** The plain bytes of the marked chunks. */
  synchronized long liveBytes() {
    return liveBytes;
  }

  /** About how many bytes of the pack are of no use. */
  synchronized long wasteBytes() {
    return live == 0
        ? pack.sizeBytes()
        : (long) (pack.sizeBytes() * (1 - (double) liveBytes / plainBytes));
  }
}
