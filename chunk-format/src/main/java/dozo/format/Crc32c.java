package dozo.format;

import java.util.zip.CRC32C;

/** CRC-32C (Castagnoli), as RFC 3720 §12.1 defines it. */
public final class Crc32c {

  private Crc32c() {}

  /**
   * Computes the checksum of a range.
   *
   * @throws IndexOutOfBoundsException if the range is not in the array
   */
  public static int of(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }
}
