package dozo.repository.index;

import dozo.format.ChunkId;
import dozo.format.UuidBytes;
import dozo.format.pack.ContentKind;
import dozo.repository.pack.ChunkLocation;
import dozo.repository.pack.PackEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The keys and values of the index ({@code docs/format.md} §12). Keys are big-endian, so that they
 * are ordered as ids and numbers are. Buffers are direct, as LMDB needs them; what is read from one
 * of LMDB's is copied out.
 */
final class IndexRecords {

  static final int CHUNK_KEY_BYTES = 16;
  static final int LOCATION_BYTES = 12;
  static final int PACK_KEY_BYTES = 4;
  static final int PACK_BYTES = 40;
  private static final int PACK_CHECKED_BYTES = 36;

  private IndexRecords() {}

  /** Writes the key of a chunk into a buffer of {@value #CHUNK_KEY_BYTES} bytes. */
  static ByteBuffer putChunkKey(ByteBuffer key, ChunkId id) {
    return key.clear().putLong(id.first()).putLong(id.second()).flip();
  }

  /** Writes a location into a little-endian buffer of {@value #LOCATION_BYTES} bytes. */
  static ByteBuffer putLocation(ByteBuffer value, int pack, long segmentOffset, int sealedBytes) {
    return value.clear().putInt(pack).putInt((int) segmentOffset).putInt(sealedBytes).flip();
  }

  static ChunkLocation location(ByteBuffer value) {
    ByteBuffer bytes = value.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    return new ChunkLocation(
        bytes.getInt(0), Integer.toUnsignedLong(bytes.getInt(4)), bytes.getInt(8));
  }

  static ByteBuffer packKey(int number) {
    return ByteBuffer.allocateDirect(PACK_KEY_BYTES).putInt(0, number);
  }

  static ByteBuffer pack(PackEntry pack) {
    ByteBuffer value = littleEndian(PACK_BYTES);
    UuidBytes.put(value, pack.id());
    return value
        .put((byte) pack.kind().code())
        .put((byte) 0)
        .putShort((short) 0)
        .putInt(pack.epoch())
        .putLong(pack.sizeBytes())
        .putInt(pack.chunks())
        .putInt(checksum(pack.number(), value))
        .flip();
  }

  /**
   * Whether a record of a pack is as it was written. What is said of chunks is found out to be
   * wrong when it is used, but the numbers of the packs are taken for true.
   */
  static boolean isSound(ByteBuffer key, ByteBuffer value) {
    return key.remaining() == PACK_KEY_BYTES
        && value.remaining() == PACK_BYTES
        && value.duplicate().order(ByteOrder.LITTLE_ENDIAN).getInt(PACK_CHECKED_BYTES)
            == checksum(key.duplicate().order(ByteOrder.BIG_ENDIAN).getInt(0), value);
  }

  private static int checksum(int number, ByteBuffer value) {
    CRC32C crc = new CRC32C();
    crc.update(packKey(number));
    crc.update(value.duplicate().position(0).limit(PACK_CHECKED_BYTES));
    return (int) crc.getValue();
  }

  static PackEntry pack(ByteBuffer key, ByteBuffer value) {
    ByteBuffer bytes = value.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    UUID id = UuidBytes.get(bytes);
    ContentKind kind =
        bytes.get() == ContentKind.DATA.code() ? ContentKind.DATA : ContentKind.MAP_NODES;
    bytes.get();
    bytes.getShort();
    int epoch = bytes.getInt();
    int number = key.duplicate().getInt(0);
    return new PackEntry(number, id, kind, epoch, bytes.getLong(), bytes.getInt());
  }

  static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }
}
