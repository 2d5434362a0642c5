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
 * @param fileLength the length of the whole pack in bytes
 */
public record PackTrailer(UUID packId, long directoryOffset, int segmentCount, long fileLength) {

  /** The length of a trailer in bytes. */
  public static final int BYTES = 48;

  private static final int END_MAGIC = 0x444e5a44;
  private static final int CRC_AT = 40;

  /** Checks the bounds. */
  public PackTrailer {
    String wrong = wrong(directoryOffset, segmentCount, fileLength);
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
            .putInt(0);
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
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, BYTES).order(ByteOrder.LITTLE_ENDIAN);
    long directoryOffset = buffer.getLong();
    int segmentCount = buffer.getInt();
    int reserved = buffer.getInt();
    UUID toldId = UuidBytes.get(buffer);
    long toldLength = buffer.getLong();
    int crc = buffer.getInt();
    int magic = buffer.getInt();
    if (magic != END_MAGIC || crc != Crc32c.of(bytes, 0, CRC_AT)) {
      throw corrupt("The pack does not end with a sound trailer", packId, fileLength);
    }
    String wrong = wrong(directoryOffset, segmentCount, toldLength);
    if (reserved != 0 || !wrong.isEmpty()) {
      throw corrupt("The pack's trailer holds an impossible value", packId, fileLength);
    }
    if (!toldId.equals(packId) || toldLength != fileLength) {
      throw new CorruptDataException(
          Fault.of("The pack's trailer is another pack's")
              .in("pack " + packId)
              .at(fileLength - BYTES)
              .expected(packId + " of " + fileLength + " bytes")
              .actual(toldId + " of " + toldLength + " bytes"));
    }
    return new PackTrailer(packId, directoryOffset, segmentCount, fileLength);
  }

  /** The length of the directory's record in bytes, its header included. */
  public int directoryRecordLength() {
    return (int) (fileLength - BYTES - directoryOffset);
  }

  private static String wrong(long directoryOffset, int segmentCount, long fileLength) {
    if (fileLength < PackHeader.BYTES || fileLength > Limits.PACK_BYTES) {
      return "A pack has at most " + Limits.PACK_BYTES + " bytes, not " + fileLength;
    }
    if (segmentCount < 1 || segmentCount >= Limits.PACK_RECORDS) {
      return "A pack has 1 to " + (Limits.PACK_RECORDS - 1) + " segments, not " + segmentCount;
    }
    long directoryLength = fileLength - BYTES - directoryOffset;
    long longest = RecordHeader.BYTES + Limits.DIRECTORY_BYTES + (long) RecordHeader.TAG_BYTES;
    return directoryOffset <= PackHeader.BYTES
            || directoryLength <= RecordHeader.BYTES
            || directoryLength > longest
        ? "A pack of " + fileLength + " bytes has no directory at " + directoryOffset
        : "";
  }

  private static CorruptDataException corrupt(String what, UUID packId, long fileLength) {
    return new CorruptDataException(Fault.of(what).in("pack " + packId).at(fileLength - BYTES));
  }
}
