package dozo.format.seal;

import dozo.format.CorruptDataException;
import dozo.format.Crc32c;
import dozo.format.Fault;
import dozo.format.Limits;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * The 32 bytes in front of the sealed bytes of each record of a pack. They are in clear, so that
 * rot is found and records are found again without any key.
 *
 * @param ordinal the record's place in the pack, counted from 0
 * @param type what the record holds
 * @param encoding what became of the plain bytes before they were encrypted
 * @param plainLength the length of the plain bytes, before compression
 * @param sealedLength the length of the sealed bytes, with their tag
 * @param sealedCrc the CRC-32C of the sealed bytes
 */
public record RecordHeader(
    int ordinal,
    RecordType type,
    Encoding encoding,
    int plainLength,
    int sealedLength,
    int sealedCrc) {

  /** The length of a record header in bytes. */
  public static final int BYTES = 32;

  /** How many bytes of the header the sealed bytes are bound to. */
  static final int ASSOCIATED_BYTES = 20;

  /** The length of an authentication tag in bytes. */
  public static final int TAG_BYTES = 16;

  private static final int MAGIC = 0x6352_7a44;

  /** Checks the bounds. */
  public RecordHeader {
    String wrong = wrong(ordinal, type, encoding, plainLength, sealedLength);
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(wrong);
    }
  }

  /** Writes the {@value #BYTES} bytes from {@code offset} on. */
  public void write(byte[] target, int offset) {
    ByteBuffer.wrap(target, offset, BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(MAGIC)
        .putInt(ordinal)
        .put((byte) type.code())
        .put((byte) encoding.code())
        .putShort((short) 0)
        .putInt(plainLength)
        .putInt(sealedLength)
        .putInt(sealedCrc)
        .putInt(0)
        .putInt(Crc32c.of(target, offset, BYTES - 4));
  }

  /**
   * Tells whether a sound header stands at a place, without saying what is wrong with one that does
   * not. Cheap where there is none.
   */
  public static boolean isAt(byte[] bytes, int offset) {
    Objects.checkFromIndexSize(offset, BYTES, bytes.length);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (buffer.getInt(offset) != MAGIC) {
      return false;
    }
    try {
      read(bytes, offset, "", 0);
      return true;
    } catch (CorruptDataException e) {
      return false;
    }
  }

  /**
   * Reads a header.
   *
   * @param bytes holds the header from {@code offset} on
   * @param object the pack, for the error
   * @param fileOffset where the header lies in the pack, for the error
   * @throws CorruptDataException if anything does not fit
   */
  public static RecordHeader read(byte[] bytes, int offset, String object, long fileOffset)
      throws CorruptDataException {
    Objects.checkFromIndexSize(offset, BYTES, bytes.length);
    ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int magic = buffer.getInt();
    if (magic != MAGIC) {
      throw new CorruptDataException(
          Fault.of("There is no record where one should begin")
              .in(object)
              .at(fileOffset)
              .expected(Fault.hex(MAGIC))
              .actual(Fault.hex(magic)));
    }
    int ordinal = buffer.getInt();
    int typeCode = buffer.get();
    int encodingCode = buffer.get();
    int reserved = buffer.getShort();
    int plainLength = buffer.getInt();
    int sealedLength = buffer.getInt();
    int sealedCrc = buffer.getInt();
    reserved |= buffer.getInt();
    int crc = buffer.getInt();
    int actual = Crc32c.of(bytes, offset, BYTES - 4);
    if (crc != actual) {
      throw new CorruptDataException(
          Fault.of("The record header's checksum differs")
              .in(object)
              .at(fileOffset)
              .expected(Fault.hex(crc))
              .actual(Fault.hex(actual)));
    }
    RecordType type =
        switch (typeCode) {
          case 1 -> RecordType.SEGMENT;
          case 2 -> RecordType.DIRECTORY;
          case 3 -> RecordType.PARITY;
          default -> throw impossible("The record is of no known type", object, fileOffset);
        };
    Encoding encoding =
        switch (encodingCode) {
          case 0 -> Encoding.RAW;
          case 1 -> Encoding.ZSTD;
          default -> throw impossible("The record has no known encoding", object, fileOffset);
        };
    String wrong =
        reserved != 0
            ? "The record header's reserved fields are not zero"
            : wrong(ordinal, type, encoding, plainLength, sealedLength);
    if (!wrong.isEmpty()) {
      throw impossible(wrong, object, fileOffset);
    }
    return new RecordHeader(ordinal, type, encoding, plainLength, sealedLength, sealedCrc);
  }

  /** The length of the whole record, this header included. */
  public int recordLength() {
    return BYTES + sealedLength;
  }

  private static String wrong(
      int ordinal, RecordType type, Encoding encoding, int plainLength, int sealedLength) {
    int maximum =
        switch (type) {
          case SEGMENT -> Limits.SEGMENT_BYTES;
          case DIRECTORY -> Limits.DIRECTORY_BYTES;
          case PARITY -> Limits.SEGMENT_BYTES + TAG_BYTES;
        };
    if (ordinal < 0 || ordinal >= Limits.PACK_RECORDS) {
      return "A record's ordinal is 0 to " + (Limits.PACK_RECORDS - 1) + ", not " + ordinal;
    }
    if (plainLength < 1 || plainLength > maximum) {
      return "A record of type " + type + " has 1 to " + maximum + " bytes, not " + plainLength;
    }
    if (encoding == Encoding.ZSTD && type != RecordType.SEGMENT) {
      return "A record of type " + type + " is never compressed";
    }
    int tag = type == RecordType.PARITY ? 0 : TAG_BYTES;
    boolean fits =
        switch (encoding) {
          case RAW -> sealedLength == plainLength + tag;
          case ZSTD -> sealedLength > tag && sealedLength < plainLength + tag;
        };
    return fits
        ? ""
        : "A record of "
            + plainLength
            + " bytes, encoded as "
            + encoding
            + ", cannot have "
            + sealedLength
            + " sealed bytes";
  }

  private static CorruptDataException impossible(String what, String object, long fileOffset) {
    return new CorruptDataException(Fault.of(what).in(object).at(fileOffset));
  }
}
