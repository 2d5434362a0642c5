package dozo.format.pack;

import dozo.format.ChunkId;
import dozo.format.CorruptDataException;
import dozo.format.Fault;
import dozo.format.Limits;
import dozo.format.seal.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/** The plain bytes of a pack's directory ({@code docs/format.md} §7). */
final class DirectoryCodec {

  private static final int COUNT_BYTES = 4;
  private static final int SEGMENT_BYTES = 20;
  private static final int CHUNK_BYTES = ChunkId.BYTES + 4;

  private DirectoryCodec() {}

  /** The length of a directory of so many segments and chunks. */
  static long encodedLength(int segments, int chunks) {
    return COUNT_BYTES + (long) SEGMENT_BYTES * segments + (long) CHUNK_BYTES * chunks;
  }

  /** Writes the directory into the array from {@code offset} on. */
  static void encode(PackDirectory directory, byte[] target, int offset) {
    ByteBuffer buffer =
        ByteBuffer.wrap(target, offset, target.length - offset)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(directory.segmentCount());
    for (int s = 0; s < directory.segmentCount(); s++) {
      buffer
          .putLong(directory.offset(s))
          .putInt(directory.sealedLength(s))
          .putInt(directory.plainLength(s))
          .putInt(directory.chunkCount(s));
      int end = directory.firstChunk(s) + directory.chunkCount(s);
      for (int c = directory.firstChunk(s); c < end; c++) {
        directory.id(c).write(buffer);
        buffer.putInt(directory.length(c));
      }
    }
  }

  /**
   * Reads a directory that has been authenticated. It is checked all the same, so that nothing else
   * has to: segments lie in the pack one after another, and their chunks fit into them.
   *
   * @param length how many bytes of {@code plain} are the directory
   */
  static PackDirectory decode(byte[] plain, int length, UUID packId, PackTrailer trailer)
      throws CorruptDataException {
    ByteBuffer buffer = ByteBuffer.wrap(plain, 0, length).order(ByteOrder.LITTLE_ENDIAN);
    if (length < COUNT_BYTES) {
      throw corrupt(packId, trailer, "no count");
    }
    int segments = buffer.getInt();
    if (segments != trailer.segmentCount()) {
      throw corrupt(packId, trailer, segments + " segments");
    }
    DirectoryBuilder builder = new DirectoryBuilder();
    long nextOffset = PackHeader.BYTES;
    for (int s = 0; s < segments; s++) {
      if (buffer.remaining() < SEGMENT_BYTES) {
        throw corrupt(packId, trailer, "no segment " + s);
      }
      long offset = buffer.getLong();
      int sealedLength = buffer.getInt();
      int plainLength = buffer.getInt();
      int count = buffer.getInt();
      boolean lies =
          offset >= nextOffset
              && offset <= trailer.directoryOffset() - RecordHeader.BYTES
              && sealedLength > RecordHeader.TAG_BYTES
              && sealedLength <= trailer.directoryOffset() - RecordHeader.BYTES - offset;
      if (!lies
          || plainLength > Limits.SEGMENT_BYTES
          || sealedLength > plainLength + RecordHeader.TAG_BYTES
          || count < 1
          || count > Limits.SEGMENT_CHUNKS
          || buffer.remaining() < CHUNK_BYTES * count) {
        throw corrupt(packId, trailer, "an impossible segment " + s);
      }
      builder.addSegment(offset, sealedLength, plainLength);
      long sum = COUNT_BYTES + (long) CHUNK_BYTES * count;
      for (int c = 0; c < count; c++) {
        ChunkId id = ChunkId.read(buffer);
        int chunkLength = buffer.getInt();
        if (chunkLength < 1 || chunkLength > Limits.CHUNK_BYTES) {
          throw corrupt(packId, trailer, "a chunk of " + chunkLength + " bytes");
        }
        builder.addChunk(id, chunkLength);
        sum += chunkLength;
      }
      if (sum != plainLength) {
        throw corrupt(packId, trailer, "segment " + s + " with other chunks than its length");
      }
      nextOffset = offset + RecordHeader.BYTES + sealedLength;
    }
    if (buffer.hasRemaining()) {
      throw corrupt(packId, trailer, buffer.remaining() + " bytes too many");
    }
    return builder.build();
  }

  private static CorruptDataException corrupt(UUID packId, PackTrailer trailer, String found) {
    return new CorruptDataException(
        Fault.of("The pack's directory does not fit the pack")
            .in("pack " + packId)
            .at(trailer.directoryOffset())
            .expected(trailer.segmentCount() + " segments that fit the pack")
            .actual(found));
  }
}
