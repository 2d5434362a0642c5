package dozo.vhdx.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * GUIDs in Microsoft's binary form: the first three fields are little-endian, the last eight bytes
 * stand as they are written.
 */
public final class Guid {

  /** Length in bytes. */
  public static final int BYTES = 16;

  /** All zeros, which means "none" wherever the format knows such a thing. */
  public static final UUID NONE = new UUID(0, 0);

  private Guid() {}

  /**
   * Reads a GUID without moving the buffer.
   *
   * @param buffer little-endian
   */
  public static UUID get(ByteBuffer buffer, int index) {
    long high =
        (Integer.toUnsignedLong(buffer.getInt(index)) << 32)
            | (Short.toUnsignedLong(buffer.getShort(index + 4)) << 16)
            | Short.toUnsignedLong(buffer.getShort(index + 6));
    return new UUID(high, bigEndian(buffer, buffer.getLong(index + 8)));
  }

  /**
   * Writes a GUID without moving the buffer.
   *
   * @param buffer little-endian
   */
  public static void put(ByteBuffer buffer, int index, UUID guid) {
    long high = guid.getMostSignificantBits();
    buffer.putInt(index, (int) (high >>> 32));
    buffer.putShort(index + 4, (short) (high >>> 16));
    buffer.putShort(index + 6, (short) high);
    buffer.putLong(index + 8, bigEndian(buffer, guid.getLeastSignificantBits()));
  }

  /** Shows a GUID as Windows does. */
  public static String text(UUID guid) {
    return "{" + guid + "}";
  }

  private static long bigEndian(ByteBuffer buffer, long value) {
    if (buffer.order() != ByteOrder.LITTLE_ENDIAN) {
      throw new IllegalArgumentException("the buffer must be little-endian");
    }
    return Long.reverseBytes(value);
  }
}
