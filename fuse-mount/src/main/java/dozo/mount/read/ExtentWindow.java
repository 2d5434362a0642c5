package dozo.mount.read;

import dozo.format.disk.ChunkSource;
import dozo.format.disk.Extent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The extents that cover one window of a disk. The first and the last may reach beyond it.
 *
 * @param extents in the order of the disk, without gaps
 */
record ExtentWindow(List<Extent> extents) {
  /** The length of a window; it holds about a thousand chunks of 16 KiB. */
  static final long BYTES = 16 << 20;

  /** What an extent costs on the heap, with its id. */
  private static final int EXTENT_BYTES = 96;

  private static final int EXTENTS_AT_A_TIME = 2048;

  static ExtentWindow load(ChunkSource source, long index) throws IOException {
    long start = index * BYTES;
    long end = Math.min(source.sizeBytes(), start + BYTES);
    List<Extent> extents = new ArrayList<>();
    for (long at = start; at < end; at = extents.getLast().end()) {
      for (Extent extent : source.extents(at, EXTENTS_AT_A_TIME)) {
        if (extent.offset() >= end) {
          break;
        }
        extents.add(extent);
      }
      requireProgress(extents, at);
    }
    return new ExtentWindow(List.copyOf(extents));
  }

  private static void requireProgress(List<Extent> extents, long at) throws IOException {
    if (extents.isEmpty() || extents.getLast().end() <= at) {
      throw new IOException("the source lists no extent at offset " + at);
    }
  }

  /** The place of the extent that covers an offset of this window. */
  int indexOf(long offset) {
    int low = 0;
    int high = extents.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (extents.get(middle).offset() <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  int heapBytes() {
    return EXTENT_BYTES * (1 + extents.size());
  }
}
