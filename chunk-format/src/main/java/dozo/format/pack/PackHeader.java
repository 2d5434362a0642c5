package dozo.format.pack;

import dozo.format.CorruptDataException;
import dozo.format.Crc32c;
import dozo.format.DozoException;
import dozo.format.Envelope;
import dozo.format.Fault;
import dozo.format.FileKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * The 64 bytes at the front of a pack.
 *
 * @param packId the pack
 * @param repositoryId the repository that it belongs to
 * @param keyEpoch the epoch whose key the pack's key is derived from, at least 1
 * @param contentKind what its chunks are
 */
public record PackHeader(UUID packId, UUID repositoryId, int keyEpoch, ContentKind contentKind) {

  /** The length of a pack header in bytes, and so the offset of the first record. */
  public static final int BYTES = 64;

  private static final int CRC_AT = 60;

  /** Checks the epoch. */
  public PackHeader {
    if (keyEpoch < 1) {
      throw new IllegalArgumentException("A key epoch is 1 or more, not " + keyEpoch);
    }
  }

  /** Returns the {@value #BYTES} bytes. */
  public byte[] encode() {
    byte[] bytes = new byte[BYTES];
    new Envelope(FileKind.PACK, 0, packId, repositoryId).write(bytes, 0);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(Envelope.BYTES, keyEpoch);
    buffer.put(Envelope.BYTES + 4, (byte) contentKind.code());
    buffer.putInt(CRC_AT, Crc32c.of(bytes, 0, CRC_AT));
    return bytes;
  }

  /**
   * Reads a header.
   *
   * @param bytes the pack's first bytes
   * @param packId the pack that its name says it is
   * @throws dozo.format.ForeignFileException if it is no file of Dozo's
   * @throws dozo.format.FormatTooNewException if a newer Dozo wrote it
   * @throws CorruptDataException if anything else does not fit
   */
  public static PackHeader decode(byte[] bytes, UUID packId, UUID repositoryId)
      throws DozoException {
    String object = "pack " + packId;
    Envelope.checkMagic(bytes, object);
    if (bytes.length < BYTES) {
      throw new CorruptDataException(
          Fault.of("The pack is cut short").in(object).actual(bytes.length + " bytes"));
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int crc = buffer.getInt(CRC_AT);
    int actual = Crc32c.of(bytes, 0, CRC_AT);
    if (crc != actual) {
      throw new CorruptDataException(
          Fault.of("The pack header's checksum differs")
              .in(object)
              .at(CRC_AT)
              .expected(Fault.hex(crc))
              .actual(Fault.hex(actual)));
    }
    Envelope.read(bytes, FileKind.PACK, object).require(packId, repositoryId, object);
    int epoch = buffer.getInt(Envelope.BYTES);
    ContentKind kind =
        switch (Byte.toUnsignedInt(buffer.get(Envelope.BYTES + 4))) {
          case 1 -> ContentKind.DATA;
          case 2 -> ContentKind.MAP_NODES;
          default -> throw impossible(object);
        };
    int reserved = buffer.getInt(Envelope.BYTES + 8) | (buffer.getInt(Envelope.BYTES + 4) >>> 8);
    if (epoch < 1 || reserved != 0) {
      throw impossible(object);
    }
    return new PackHeader(packId, repositoryId, epoch, kind);
  }

  private static CorruptDataException impossible(String object) {
    return new CorruptDataException(
        Fault.of("The pack header holds an impossible value").in(object).at(Envelope.BYTES));
  }
}
