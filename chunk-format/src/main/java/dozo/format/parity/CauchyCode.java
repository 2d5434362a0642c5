package dozo.format.parity;

/**
 * The coefficients of the code, and the loop in which all its time is spent.
 *
 * <p>The products of a byte with the coefficients of all parity rows of its row are one {@code
 * long}, looked up at once: the eight bytes of an accumulator's {@code long} are the eight parity
 * bytes of one place. So eight rows of parity cost what one does.
 */
final class CauchyCode {

  /** The most parity rows: the bytes of a {@code long}. */
  static final int PARITY_ROWS = Long.BYTES;

  /** The most rows of data: what is left of the 256 elements when each parity row has one. */
  static final int DATA_ROWS = 256 - PARITY_ROWS;

  private static final long[][] PRODUCTS = new long[DATA_ROWS][256];

  static {
    for (int row = 0; row < DATA_ROWS; row++) {
      for (int value = 0; value < 256; value++) {
        long products = 0;
        for (int parity = 0; parity < PARITY_ROWS; parity++) {
          long product = GaloisField.multiply(coefficient(parity, row), value);
          products |= product << (8 * parity);
        }
        PRODUCTS[row][value] = products;
      }
    }
  }

  private CauchyCode() {}

  /** What a byte in a row of data is multiplied by for a row of parity. */
  static int coefficient(int parityRow, int row) {
    return GaloisField.inverse(parityRow ^ (PARITY_ROWS + row));
  }

  /**
   * Adds a shard to its group's parity.
   *
   * @param sums one for each byte of a shard
   * @param row the shard's row
   * @param bytes holds the shard from {@code offset} on
   * @param length how long the shard is; zeros follow it, which change nothing
   */
  static void add(long[] sums, int row, byte[] bytes, int offset, int length) {
    long[] products = PRODUCTS[row];
    for (int i = 0; i < length; i++) {
      sums[i] ^= products[bytes[offset + i] & 0xff];
    }
  }

  /** Writes one row's parity. */
  static void extract(long[] sums, int parityRow, byte[] target) {
    int shift = 8 * parityRow;
    for (int i = 0; i < sums.length; i++) {
      target[i] = (byte) (sums[i] >>> shift);
    }
  }
}
