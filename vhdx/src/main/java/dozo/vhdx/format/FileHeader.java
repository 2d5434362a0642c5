package dozo.vhdx.format;

import dozo.vhdx.VhdxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * One of the two headers (MS-VHDX 2.2.2), of which the one with the higher sequence number counts.
 *
 * @param sequenceNumber unsigned
 * @param fileWriteGuid changes before anything in the file does
 * @param dataWriteGuid changes before anything that a guest can read does; a differencing child
 *     names its parent by it
 * @param logGuid which log entries count; all zeros if the log is empty
 * @param logVersion 0
 * @param version 1
 * @param logLength bytes, unsigned 32 bits
 * @param logOffset byte offset in the file
 */
public record FileHeader(
    long sequenceNumber,
    UUID fileWriteGuid,
    UUID dataWriteGuid,
    UUID logGuid,
    int logVersion,
    int version,
    long logLength,
    long logOffset) {

  /** Length of a header with its reserved part, which the checksum covers. */
  public static final int BYTES = 4096;

  private static final int SIGNATURE = (int) VhdxFormat.signature("head");

  /** Whether there is a log to be replayed before anything else may be believed. */
  public boolean hasLog() {
    return !logGuid.equals(Guid.NONE);
  }

  /**
   * Reads a header that is whole; what it says is checked by {@link #validate}.
   *
   * @param bytes {@value #BYTES} bytes from index 0 to the limit
   * @throws VhdxException if signature or checksum do not hold
   */
  public static FileHeader decode(ByteBuffer bytes, Place place) throws VhdxException {
    if (bytes.getInt(0) != SIGNATURE) {
      throw place.corrupt("signature 'head'", "0x%08x".formatted(bytes.getInt(0)));
    }
    Checksum.verify(bytes, place);
    return new FileHeader(
        bytes.getLong(8),
        Guid.get(bytes, 16),
        Guid.get(bytes, 32),
        Guid.get(bytes, 48),
        Short.toUnsignedInt(bytes.getShort(64)),
        Short.toUnsignedInt(bytes.getShort(66)),
        Integer.toUnsignedLong(bytes.getInt(68)),
        bytes.getLong(72));
  }

  /**
   * Checks what the current header says.
   *
   * @param fileBytes length of the file
   * @throws VhdxException if version or log break the format
   */
  public void validate(long fileBytes, Place place) throws VhdxException {
    if (version != 1) {
      throw place.unsupported("version 1", version);
    }
    if (logLength % VhdxFormat.MIB != 0) {
      throw place.corrupt("a log length that is a multiple of 1 MiB", logLength);
    }
    if (logLength > VhdxFormat.MAX_LOG_BYTES) {
      throw place.limit("a log of at most " + VhdxFormat.MAX_LOG_BYTES + " bytes", logLength);
    }
    if (!VhdxFormat.isMibAligned(logOffset)
        || logOffset < VhdxFormat.MIB
        || logOffset > Long.MAX_VALUE - logLength) {
      throw place.corrupt(
          "a log offset that is a multiple of 1 MiB and at least 1 MiB",
          Long.toUnsignedString(logOffset));
    }
    if (hasLog()) {
      if (logVersion != 0) {
        throw place.unsupported("log version 0", logVersion);
      }
      if (logOffset + logLength > fileBytes) {
        throw place.corrupt(
            "a log that ends within the file's %d bytes".formatted(fileBytes),
            logOffset + logLength);
      }
    }
  }

  /** Returns the header's {@value #BYTES} bytes, from position 0 to the limit. */
  public ByteBuffer encode() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(0, SIGNATURE);
    bytes.putLong(8, sequenceNumber);
    Guid.put(bytes, 16, fileWriteGuid);
    Guid.put(bytes, 32, dataWriteGuid);
    Guid.put(bytes, 48, logGuid);
    bytes.putShort(64, (short) logVersion);
    bytes.putShort(66, (short) version);
    bytes.putInt(68, (int) logLength);
    bytes.putLong(72, logOffset);
    Checksum.write(bytes);
    return bytes;
  }
}
