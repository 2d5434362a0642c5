package dozo.format.pack;

import dozo.format.Crc32c;
import dozo.format.seal.RecordHeader;
import java.io.IOException;
import java.nio.ByteBuffer;

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
    byte[] head = new byte[RecordHeader.BYTES];
    long at = Math.min(PackHeader.BYTES, end);
    while (at < end) {
      if (!recordAt(at, head)) {
        long next = search(at + 1, head);
        visitor.gap(at, next - at);
        at = next;
      } else {
        at += visit(at, RecordHeader.read(head, 0, "", at), visitor);
      }
    }
  }

  private int visit(long offset, RecordHeader header, Visitor visitor) throws IOException {
    int length = header.recordLength();
    if (record.length < length) {
      record = new byte[Math.max(length, Math.min(2 * record.length, SEARCH_BYTES))];
    }
    input.read(offset, ByteBuffer.wrap(record, 0, length));
    int crc = Crc32c.of(record, RecordHeader.BYTES, header.sealedLength());
    visitor.record(offset, header, crc == header.sealedCrc(), record);
    return length;
  }

  /** Returns where, from that place on, the next record with a sound header begins, or the end. */
  private long search(long from, byte[] head) throws IOException {
    byte[] window = new byte[(int) Math.min(SEARCH_BYTES, Math.max(0, end - from))];
    for (long at = from; end - at >= RecordHeader.BYTES; ) {
      int length = (int) Math.min(window.length, end - at);
      input.read(at, ByteBuffer.wrap(window, 0, length));
      int places = length - RecordHeader.BYTES + 1;
      for (int i = 0; i < places; i++) {
        if (RecordHeader.isAt(window, i) && recordAt(at + i, head)) {
          return at + i;
        }
      }
      at += places;
    }
    return end;
  }

  /** Tells whether a record with a sound header lies there whole, and reads its header. */
  private boolean recordAt(long offset, byte[] head) throws IOException {
    if (end - offset < RecordHeader.BYTES) {
      return false;
    }
    input.read(offset, ByteBuffer.wrap(head));
    return RecordHeader.isAt(head, 0)
        && RecordHeader.read(head, 0, "", offset).recordLength() <= end - offset;
  }
}
