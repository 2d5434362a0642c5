package dozo.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/** UUIDs as their 16 bytes in network order, the order in which they are printed. */
public final class UuidBytes {

  /** The length of a UUID in bytes. */
  public static final int BYTES = 16;

  private UuidBytes() {}

  /** Returns the bytes in an array of their own. */
  public static byte[] of(UUID id) {
    byte[] bytes = new byte[BYTES];
    put(ByteBuffer.wrap(bytes), id);
    return bytes;
  }

  /** Writes the bytes at the buffer's position, whatever the buffer's byte order is. */
  public static void put(ByteBuffer buffer, UUID id) {
    boolean big = buffer.order() == ByteOrder.BIG_ENDIAN;
    long most = id.getMostSignificantBits();
    long least = id.getLeastSignificantBits();
    buffer.putLong(big ? most : Long.reverseBytes(most));
    buffer.putLong(big ? least : Long.reverseBytes(least));
  }

  /** Reads the bytes at the buffer's position, whatever the buffer's byte order is. */
  public static UUID get(ByteBuffer buffer) {
    boolean big = buffer.order() == ByteOrder.BIG_ENDIAN;
    long most = buffer.getLong();
    long least = buffer.getLong();
    return big
        ? new UUID(most, least)
        : new UUID(Long.reverseBytes(most), Long.reverseBytes(least));
  }
}
