package dozo.client.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.TreeMap;

/** A buffer that the parts of a reply fill in any order, each byte once. */
final class Filling {
  private static final byte[] ZEROS = new byte[16 << 10];

  private final long offset;
  private final ByteBuffer target;

  /** Ends by beginnings of what is there, within the buffer. */
  private final TreeMap<Integer, Integer> filled = new TreeMap<>();

  private long bytes;

  /**
   * Begins with nothing.
   *
   * @param offset of the buffer's first byte in the export
   */
  Filling(long offset, ByteBuffer target) {
    this.offset = offset;
    this.target = target;
  }

  /** The place for a part of the data. */
  ByteBuffer place(long at, int length) throws NbdException {
    long from = at - offset;
    if (length < 1 || from < 0 || from + length > target.remaining()) {
      throw NbdException.protocol(
          "it sends " + length + " bytes at " + at + " which were not asked for");
    }
    int begin = (int) from;
    int end = begin + length;
    var before = filled.lowerEntry(end);
    if (before != null && before.getValue() > begin) {
      throw NbdException.protocol("it sends the data at " + at + " twice");
    }
    filled.put(begin, end);
    bytes += length;
    return target.slice(target.position() + begin, length);
  }

  /** Fills a part with zeros. */
  void zero(long at, int length) throws IOException {
    ByteBuffer place = place(at, length);
    while (place.hasRemaining()) {
      place.put(ZEROS, 0, Math.min(ZEROS.length, place.remaining()));
    }
  }

  long bytes() {
    return bytes;
  }

  boolean isFull() {
    return bytes == target.remaining();
  }
}
