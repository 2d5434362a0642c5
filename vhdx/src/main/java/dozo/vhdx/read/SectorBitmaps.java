package dozo.vhdx.read;

import dozo.vhdx.format.Place;
import java.io.IOException;

/**
 * The sector bitmaps of a differencing file, read by pages: bit b of a bitmap is bit {@code b % 8}
 * of its byte {@code b / 8}, which makes it bit {@code b % 64} of its little-endian long {@code b /
 * 64}.
 *
 * <p>May be used by many threads.
 */
final class SectorBitmaps {

  private final WordPages pages;

  SectorBitmaps(ReplayedSource source, String file) {
    this.pages = new WordPages(source, new Place(file, "sector bitmap", 0));
  }

  /** Whether a sector is in the file. */
  boolean isSet(long bitmapOffset, int bit) throws IOException {
    return ((word(bitmapOffset, bit) >>> bit) & 1) != 0;
  }

  /**
   * Finds where a run of equal bits ends.
   *
   * @param first a bit of the run
   * @param end where to stop, more than {@code first}
   * @return the first bit behind {@code first} that differs from it, or {@code end}
   */
  int runEnd(long bitmapOffset, int first, int end) throws IOException {
    long flip = isSet(bitmapOffset, first) ? -1 : 0;
    int bit = first;
    while (bit < end) {
      long differing = (word(bitmapOffset, bit) ^ flip) >>> bit;
      if (differing != 0) {
        return Math.min(end, bit + Long.numberOfTrailingZeros(differing));
      }
      bit = (bit / Long.SIZE + 1) * Long.SIZE;
    }
    return end;
  }

  private long word(long bitmapOffset, int bit) throws IOException {
    return pages.word(bitmapOffset + (long) (bit / Long.SIZE) * Long.BYTES);
  }
}
