package dozo.format.seal;

import dozo.format.ChunkId;
import dozo.format.CorruptDataException;
import dozo.format.Fault;
import dozo.format.Limits;
import dozo.format.key.PackKey;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Opens a segment's record: checksum, authentication, decompression, and the list of chunks. The
 * mirror of {@link ChunkSealer}.
 *
 * <p>Confined to one thread at a time. Holds memory outside the heap until it is closed. Nothing is
 * allocated for a length before it has been bounded and what tells it authenticated.
 */
public final class ChunkOpener implements AutoCloseable {

  private final SegmentUnpacker unpacker = new SegmentUnpacker();
  private final RecordOpener records = new RecordOpener();
  private final PackedSegment compressed = new PackedSegment();

  /** Makes an opener for segments of any pack. */
  public ChunkOpener() {}

  /**
   * Opens a segment.
   *
   * @param key the key of the pack that the record comes from
   * @param record holds the record from {@code offset} on
   * @param length the length of the whole record
   * @param fileOffset where the record lies in the pack, for the error
   * @param target is filled, or left empty if this fails
   * @throws CorruptDataException if anything does not fit
   */
  public void open(
      PackKey key, byte[] record, int offset, int length, long fileOffset, SegmentView target)
      throws CorruptDataException {
    target.clear();
    String object = "pack " + key.packId();
    RecordHeader header = segment(record, offset, length, object, fileOffset);
    int plainLength = header.plainLength();
    switch (header.encoding()) {
      case RAW ->
          records.decrypt(key, header, record, offset, target.room(plainLength), 0, fileOffset);
      case ZSTD -> {
        decrypt(key, header, record, offset, fileOffset, compressed);
        unpacker.decompress(
            compressed.bytes(), 0, compressed.length(), plainLength, object, fileOffset, target);
      }
    }
    list(target.plain(), plainLength, object, fileOffset, target);
  }

  /**
   * Checks and decrypts a segment, and leaves it compressed. What its list says is not looked at.
   *
   * @param target is filled, or left empty if this fails
   * @throws CorruptDataException if checksum or authentication do not fit
   */
  public void decrypt(
      PackKey key, byte[] record, int offset, int length, long fileOffset, PackedSegment target)
      throws CorruptDataException {
    RecordHeader header = segment(record, offset, length, "pack " + key.packId(), fileOffset);
    decrypt(key, header, record, offset, fileOffset, target);
  }

  private static RecordHeader segment(
      byte[] record, int offset, int length, String object, long fileOffset)
      throws CorruptDataException {
    RecordHeader header = RecordOpener.check(record, offset, length, object, fileOffset);
    if (header.type() != RecordType.SEGMENT) {
      throw new CorruptDataException(
          Fault.of("The record holds no segment")
              .in(object)
              .at(fileOffset)
              .actual(header.type().toString()));
    }
    return header;
  }

  private void decrypt(
      PackKey key,
      RecordHeader header,
      byte[] record,
      int offset,
      long fileOffset,
      PackedSegment target)
      throws CorruptDataException {
    byte[] room = target.room(header.sealedLength() - RecordHeader.TAG_BYTES);
    records.decrypt(key, header, record, offset, room, 0, fileOffset);
    target.complete(header);
  }

  static void list(
      byte[] plain, int plainLength, String object, long fileOffset, SegmentView target)
      throws CorruptDataException {
    ByteBuffer buffer = ByteBuffer.wrap(plain, 0, plainLength).order(ByteOrder.LITTLE_ENDIAN);
    int count = plainLength < SegmentBuffer.COUNT_BYTES ? 0 : buffer.getInt();
    if (count < 1
        || count > Limits.SEGMENT_CHUNKS
        || SegmentBuffer.listBytes(count) > plainLength) {
      throw wrongList(object, fileOffset);
    }
    target.expect(count);
    long at = SegmentBuffer.listBytes(count);
    for (int i = 0; i < count; i++) {
      ChunkId id = ChunkId.read(buffer);
      int length = buffer.getInt();
      if (length < 1 || length > Limits.CHUNK_BYTES || at + length > plainLength) {
        target.clear();
        throw wrongList(object, fileOffset);
      }
      target.add(id, (int) at, length);
      at += length;
    }
    if (at != plainLength) {
      target.clear();
      throw wrongList(object, fileOffset);
    }
    target.complete(plainLength);
  }

  private static CorruptDataException wrongList(String object, long fileOffset) {
    return new CorruptDataException(
        Fault.of("The segment's list of chunks does not fit its length").in(object).at(fileOffset));
  }

  @Override
  public void close() {
    unpacker.close();
  }
}
