package dozo.format.chunk;

/**
 * FastCDC: Wen Xia, Xiangyu Zou, Hong Jiang, Yukun Zhou, Chuanyi Liu, Dan Feng, Yu Hua, Yuchong Hu,
 * Yucheng Zhang, "The Design of Fast Content-Defined Chunking for Data Deduplication Based Storage
 * Systems", IEEE Transactions on Parallel and Distributed Systems 31(9), 2020.
 *
 * <p>A gear hash rolls over the bytes from the minimum on; each byte shifts the hash one bit to the
 * left and adds a number of its own, so that a bit of the hash depends on as many last bytes as its
 * place says. The chunk ends before the byte that makes all bits of a mask zero. Before the average
 * the mask has {@code level} bits more than the average asks for, after it as many fewer
 * (<i>normalized chunking</i>, section 3.4): lengths gather around the average. Two bytes are taken
 * each time (section 3.7) by working on the hash shifted left once more, with the mask and the
 * numbers shifted alike.
 *
 * <p>For the same parameters the cuts are those of the authors' implementation of 64-bit hashes and
 * of the public ones that follow it, down to their habit of taking bytes in pairs only: the last
 * byte of an extent of odd length is not looked at.
 */
final class FastCdcChunker implements Chunker {

  private static final long[] GEAR = Gear.numbers(0);
  private static final long[] GEAR_SHIFTED = Gear.numbers(1);

  private final int averageBytes;
  private final int minimumBytes;
  private final int maximumBytes;
  private final long maskForShort;
  private final long maskForLong;

  /**
   * Takes any parameters that the published implementations take; {@link ChunkerParameters} bounds
   * those of a repository more tightly.
   *
   * @param averageBytes a power of two from 256 to 4 MiB
   * @param minimumBytes up to the average
   * @param maximumBytes from the average on
   * @param normalization 0 to 3
   */
  FastCdcChunker(int averageBytes, int minimumBytes, int maximumBytes, int normalization) {
    this.averageBytes = averageBytes;
    this.minimumBytes = minimumBytes;
    this.maximumBytes = maximumBytes;
    int bits = Integer.numberOfTrailingZeros(averageBytes);
    maskForShort = Gear.mask(bits + normalization);
    maskForLong = Gear.mask(bits - normalization);
  }

  @Override
  public int cut(long offset, byte[] window, int from, int to) {
    int length = to - from;
    if (length <= minimumBytes) {
      return length;
    }
    int limit = Math.min(length, maximumBytes);
    int centre = Math.min(limit, averageBytes);
    long hash = 0;
    int at = from + (minimumBytes & -2);

    long mask = maskForShort;
    long maskShifted = mask << 1;
    for (int end = from + (centre & -2); at < end; at += 2) {
      hash = (hash << 2) + GEAR_SHIFTED[window[at] & 0xff];
      if ((hash & maskShifted) == 0) {
        return at - from;
      }
      hash += GEAR[window[at + 1] & 0xff];
      if ((hash & mask) == 0) {
        return at + 1 - from;
      }
    }

    mask = maskForLong;
    maskShifted = mask << 1;
    for (int end = from + (limit & -2); at < end; at += 2) {
      hash = (hash << 2) + GEAR_SHIFTED[window[at] & 0xff];
      if ((hash & maskShifted) == 0) {
        return at - from;
      }
      hash += GEAR[window[at + 1] & 0xff];
      if ((hash & mask) == 0) {
        return at + 1 - from;
      }
    }
    return limit;
  }

  @Override
  public int maximumBytes() {
    return maximumBytes;
  }
}
