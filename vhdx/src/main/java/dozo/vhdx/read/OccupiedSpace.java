package dozo.vhdx.read;

import dozo.vhdx.format.VhdxFormat;

/**
 * Which MiBs of a file are in use: one bit each, in pages that come into being when they are first
 * marked. A file of 128 TiB costs 16 MiB.
 *
 * <p>For one thread.
 */
final class OccupiedSpace {

  private static final int PAGE_MIBS = 1 << 18;
  private static final int PAGE_WORDS = PAGE_MIBS / Long.SIZE;

  private final long[][] pages = new long[(int) (VhdxFormat.MAX_FILE_BYTES >> 38)][];

  /**
   * Marks a range as used.
   *
   * @param offset a multiple of 1 MiB
   * @param length bytes; what is begun of a MiB counts as a whole one
   * @return the offset of the first MiB that was in use before, or -1 if none was
   */
  long mark(long offset, long length) {
    long first = offset >> 20;
    long end = Math.ceilDiv(offset + length, VhdxFormat.MIB);
    for (long mib = first; mib < end; mib++) {
      long[] page = page((int) (mib / PAGE_MIBS));
      int word = (int) (mib % PAGE_MIBS) / Long.SIZE;
      long bit = 1L << mib;
      if ((page[word] & bit) != 0) {
        return mib << 20;
      }
      page[word] |= bit;
    }
    return -1;
  }

  private long[] page(int index) {
    long[] page = pages[index];
    if (page == null) {
      page = new long[PAGE_WORDS];
      pages[index] = page;
    }
    return page;
  }
}
