package dozo.format.pack;

import dozo.format.CorruptDataException;
import dozo.format.Crc32c;
import dozo.format.Fault;
import dozo.format.Limits;
import dozo.format.UuidBytes;
import dozo.format.seal.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * The 48 bytes at the end of a pack, which say where its directory is.
 *
 * @param packId the pack
 * @param directoryOffset where the header of the directory's record lies
 * @param segmentCount how many segments the pack has, at least 1
 * @param parityLength how many bytes of parity records stand between the directory and the trailer
 * @param fileLength the length of the whole pack in bytes
 */
public record PackTrailer(
    UUID packId, long directoryOffset, int segmentCount, long parityLength, long fileLength) {

  /** The length of a trailer in bytes. */
  public static final int BYTES = 48;

  private static final int END_MAGIC = 0x444e5a44;
  private static final int CRC_AT = 40;

  /** Checks the bounds. */
  public PackTrailer {
    String wrong = wrong(directoryOffset, segmentCount, parityLength, fileLength);
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(wrong);
    }
  }

  /** Writes the {@value #BYTES} bytes from {@code offset} on. */
  public void write(byte[] target, int offset) {
    ByteBuffer buffer =
        ByteBuffer.wrap(target, offset, BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(directoryOffset)
            .putInt(segmentCount)
            .putInt((int) parityLength);
    UuidBytes.put(buffer, packId);
    buffer.putLong(fileLength);
    buffer.putInt(Crc32c.of(target, offset, CRC_AT)).putInt(END_MAGIC);
  }

  /**
   * Reads a trailer.
   *
   * @param bytes the pack's last {@value #BYTES} bytes
   * @param packId the pack that its name says it is
   * @param fileLength how long the file is
   * @throws CorruptDataException if anything does not fit
   */
  public static PackTrailer decode(byte[] bytes, UUID packId, long fileLength)
      throws CorruptDataException {
    PackTrailer trailer = read(bytes, 0, packId, fileLength - BYTES);
    if (!trailer.packId.equals(packId) || trailer.fileLength != fileLength) {
      throw new CorruptDataException(
          Fault.of("The pack's trailer is another pack's")
              .in("pack " + packId)
              .at(fileLength - BYTES)
              .expected(packId + " of " + fileLength + " bytes")
              .actual(trailer.packId + " of " + trailer.fileLength + " bytes"));
    }
    return trailer;
  }

  /**
   * Reads a trailer, or a copy of one, of whichever pack.
   *
   * @param bytes holds the trailer from {@code offset} on
   * @param packId the pack in which it stands, for the error
   * @param fileOffset where it stands there, for the error
   * @throws CorruptDataException if it is damaged or impossible
   */
  static PackTrailer read(byte[] bytes, int offset, UUID packId, long fileOffset)
      throws CorruptDataException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, BYTES).order(ByteOrder.LITTLE_ENDIAN);
    long directoryOffset = buffer.getLong();
    int segmentCount = buffer.getInt();
    long parityLength = Integer.toUnsignedLong(buffer.getInt());
    UUID toldId = UuidBytes.get(buffer);
    long fileLength = buffer.getLong();
    int crc = buffer.getInt();
    int magic = buffer.getInt();
    if (magic != END_MAGIC || crc != Crc32c.of(bytes, offset, CRC_AT)) {
      throw corrupt("The pack does not end with a sound trailer", packId, fileOffset);
    }
    if (!wrong(directoryOffset, segmentCount, parityLength, fileLength).isEmpty()) {
      throw corrupt("The pack's trailer holds an impossible value", packId, fileOffset);
    }
    return new PackTrailer(toldId, directoryOffset, segmentCount, parityLength, fileLength);
  }

  /** The length of the directory's record in bytes, its header included. */
  public int directoryRecordLength() {
    return (int) (parityOffset() - directoryOffset);
  }

  /** Where the parity records begin, or would: the end of the directory's record. */
  public long parityOffset() {
    return fileLength - BYTES - parityLength;
  }

  private static String wrong(
      long directoryOffset, int segmentCount, long parityLength, long fileLength) {
    if (fileLength < PackHeader.BYTES || fileLength > Limits.PACK_BYTES) {
      return "A pack has at most " + Limits.PACK_BYTES + " bytes, not " + fileLength;
    }
    if (segmentCount < 1 || segmentCount >= Limits.PACK_RECORDS) {
      return "A pack has 1 to " + (Limits.PACK_RECORDS - 1) + " segments, not " + segmentCount;
    }
    if (parityLength < 0 || parityLength > fileLength) {
      return "A pack of " + fileLength + " bytes has no " + parityLength + " bytes of parity";
    }
    long directoryLength = fileLength - BYTES - parityLength - directoryOffset;
    long longest = RecordHeader.BYTES + Limits.DIRECTORY_BYTES + (long) RecordHeader.TAG_BYTES;
    return directoryOffset <= PackHeader.BYTES
            || directoryLength <= RecordHeader.BYTES
            || directoryLength > longest
        ? "A pack of " + fileLength + " bytes has no directory at " + directoryOffset
        : "";
  }

  private static CorruptDataException corrupt(String what, UUID packId, long fileOffset) {
    return new CorruptDataException(Fault.of(what).in("pack " + packId).at(fileOffset));
  }
}
