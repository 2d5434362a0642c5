package dozo.format.pack;

import dozo.format.CorruptDataException;
import dozo.format.Crc32c;
import dozo.format.seal.RecordHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Goes through a pack from front to end, record by record, without a key and without believing its
 * directory or its trailer. Where a record's header is damaged it looks for the next one whose
 * checksum fits.
 */
public final class PackScanner {

  private static final int SEARCH_BYTES = 1 << 20;

  /** Takes what a scan finds, in the order of the file. */
  public interface Visitor {

    /**
     * Takes a record with a sound header.
     *
     * @param sound whether the checksum of its sealed bytes fits
     * @param record the array that holds the whole record from its start on, valid during the call
     */
    void record(long offset, RecordHeader header, boolean sound, byte[] record) throws IOException;

    /** Takes a range in which there is no record with a sound header. */
    void gap(long offset, long lengthBytes) throws IOException;
  }

  private final RangedInput input;
  private final long end;
  private byte[] record = new byte[128 << 10];

  private PackScanner(RangedInput input, long end) {
    this.input = input;
    this.end = end;
  }

  /**
   * Scans the records.
   *
   * @param end where the trailer begins, or the end of the file if there is none
   */
  public static void scan(RangedInput input, long end, Visitor visitor) throws IOException {
    new PackScanner(input, end).scan(visitor);
  }

  private void scan(Visitor visitor) throws IOException {
    long at = Math.min(PackHeader.BYTES, end);
    while (at < end) {
      long found = find(at);
      if (found > at) {
        visitor.gap(at, found - at);
      }
      if (found == end) {
        return;
      }
      at = found + visit(found, visitor);
    }
  }

  /** Reads the record with the sound header at that place, and returns its length. */
  private int visit(long offset, Visitor visitor) throws IOException {
    byte[] head = PackReader.read(input, offset, RecordHeader.BYTES);
    RecordHeader header;
    try {
      header = RecordHeader.read(head, 0, "", offset);
    } catch (CorruptDataException e) {
      throw new IOException("The pack changed while it was read, at " + offset, e);
    }
    int length = header.recordLength();
    if (record.length < length) {
      record = new byte[Math.max(length, 2 * record.length)];
    }
    input.read(offset, ByteBuffer.wrap(record, 0, length));
    int crc = Crc32c.of(record, RecordHeader.BYTES, header.sealedLength());
    visitor.record(offset, header, crc == header.sealedCrc(), record);
    return length;
  }

  /**
   * Returns where, from {@code from} on, the next record with a sound header lies whole, or the
   * end.
   */
  private long find(long from) throws IOException {
    byte[] window = new byte[RecordHeader.BYTES];
    for (long at = from; at <= end - RecordHeader.BYTES; ) {
      int length = (int) Math.min(window.length, end - at);
      input.read(at, ByteBuffer.wrap(window, 0, length));
      int places = length - RecordHeader.BYTES + 1;
      for (int i = 0; i < places; i++) {
        if (RecordHeader.isAt(window, i) && liesWhole(window, i, at + i)) {
          return at + i;
        }
      }
      at += places;
      if (window.length < SEARCH_BYTES) {
        window = Arrays.copyOf(window, SEARCH_BYTES);
      }
    }
    return end;
  }

  private boolean liesWhole(byte[] window, int index, long offset) {
    try {
      return RecordHeader.read(window, index, "", offset).recordLength() <= end - offset;
    } catch (CorruptDataException e) {
      return false;
    }
  }
}
