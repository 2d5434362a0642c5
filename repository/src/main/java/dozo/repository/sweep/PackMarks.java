package dozo.repository.sweep;

import dozo.format.pack.PackDirectory;
import dozo.repository.pack.PackEntry;

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
  private long layout;
  private boolean isUntouchable;
  private boolean isRewritten;

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
      layout = layoutOf(directory);
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

  /**
   * Whether marks were made by this directory, or none were. A damaged pack may show another one
   * the next time, and what was marked by the one must not be read by the other.
   */
  synchronized boolean isMarkedBy(PackDirectory directory) {
    return bits.length == 0 || layout == layoutOf(directory);
  }

  private static long layoutOf(PackDirectory directory) {
    long layout = directory.chunkCount();
    for (int i = 0; i < directory.chunkCount(); i++) {
      layout = 31 * layout + directory.id(i).first();
    }
    return layout;
  }

  /** Says that the pack cannot be read, or is kept for repair. */
  synchronized void leaveAlone() {
    isUntouchable = true;
  }

  /**
   * Says that the pack is damaged, and what can be read of it is to be moved, whatever its waste.
   */
  synchronized void rewrite() {
    isRewritten = true;
  }

  synchronized boolean isRewritten() {
    return isRewritten;
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
