package dozo.format.seal;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
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

  private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();
  private final RecordOpener records = new RecordOpener();
  private byte[] compressed = new byte[0];

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
    RecordHeader header = RecordOpener.check(record, offset, length, object, fileOffset);
    if (header.type() != RecordType.SEGMENT) {
      throw new CorruptDataException(
          Fault.of("The record holds no segment")
              .in(object)
              .at(fileOffset)
              .actual(header.type().toString()));
    }
    byte[] plain =
        switch (header.encoding()) {
          case RAW -> {
            byte[] room = target.room(header.plainLength());
            records.decrypt(key, header, record, offset, room, 0, fileOffset);
            yield room;
          }
          case ZSTD -> decompress(key, header, record, offset, fileOffset, target);
        };
    list(plain, header.plainLength(), object, fileOffset, target);
  }

  private byte[] decompress(
      PackKey key,
      RecordHeader header,
      byte[] record,
      int offset,
      long fileOffset,
      SegmentView target)
      throws CorruptDataException {
    int frameLength = header.sealedLength() - RecordHeader.TAG_BYTES;
    if (compressed.length < frameLength) {
      compressed = new byte[frameLength];
    }
    records.decrypt(key, header, record, offset, compressed, 0, fileOffset);
    int plainLength = header.plainLength();
    long told = Zstd.getFrameContentSize(compressed, 0, frameLength);
    byte[] plain = target.room(plainLength);
    try {
      int actual =
          told == plainLength
              ? zstd.decompressByteArray(plain, 0, plainLength, compressed, 0, frameLength)
              : (int) told;
      if (actual == plainLength) {
        return plain;
      }
      throw new CorruptDataException(
          Fault.of("The segment does not decompress to its length")
              .in("pack " + key.packId())
              .at(fileOffset)
              .expected(plainLength)
              .actual(told));
    } catch (ZstdException e) {
      throw new CorruptDataException(
          Fault.of("The segment does not decompress").in("pack " + key.packId()).at(fileOffset), e);
    }
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
    zstd.close();
  }
}
