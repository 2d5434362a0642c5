package dozo.client.nbd;

import java.util.Optional;

/**
 * What a server tells of an export when it is opened.
 *
 * @param sizeBytes its size
 * @param flags what it can do
 * @param minimumBytes a power of two that requests are multiples of
 * @param maximumBytes the longest read
 * @param context the number under which the metadata context is told, if it was asked for and is
 *     there
 */
record NbdExport(
    long sizeBytes, int flags, int minimumBytes, int maximumBytes, Optional<Integer> context) {

  private static final int LARGEST_MINIMUM = 64 << 10;

  NbdExport {
    if (sizeBytes < 0) {
      throw new IllegalArgumentException("size " + sizeBytes);
    }
    if (Integer.bitCount(minimumBytes) != 1
        || minimumBytes < 1
        || minimumBytes > LARGEST_MINIMUM
        || sizeBytes % minimumBytes != 0) {
      throw new IllegalArgumentException(
          "blocks of " + minimumBytes + " bytes in an export of " + sizeBytes);
    }
    if (maximumBytes < minimumBytes || maximumBytes % minimumBytes != 0) {
      throw new IllegalArgumentException("reads of " + maximumBytes + " bytes at the most");
    }
  }

  /** Whether several connections may be used at once. */
  boolean takesSeveral() {
    return (flags & NbdProtocol.TRANSMIT_MULTI_CONN) != 0;
  }
}
