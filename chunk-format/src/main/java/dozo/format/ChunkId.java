package dozo.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Objects;

/**
 * The name of a chunk or a map node: the 32 bytes of the HMAC-SHA-256 of its plain bytes.
 *
 * <p>The bytes are kept as four longs, each the big-endian reading of eight of them in order, so
 * that comparing the longs as unsigned numbers orders ids as their bytes and their hexadecimal text
 * are ordered. In files and on the wire an id is always these bytes in this order, whatever the
 * byte order of the buffer that it is written to.
 */
public record ChunkId(long first, long second, long third, long fourth)
    implements Comparable<ChunkId> {

  /** The length of an id in bytes. */
  public static final int BYTES = 32;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /**
   * Reads an id from its text.
   *
   * @param hex 64 hexadecimal digits, in either case
   * @throws IllegalArgumentException if the text is anything else
   */
  public static ChunkId parse(String hex) {
    if (hex.length() != 2 * BYTES) {
      throw new IllegalArgumentException(
          "A chunk id has " + 2 * BYTES + " hexadecimal digits, not " + hex.length());
    }
    for (int i = 0; i < hex.length(); i++) {
      if (!HexFormat.isHexDigit(hex.charAt(i))) {
        throw new IllegalArgumentException(
            "A chunk id has hexadecimal digits only; character " + i + " is none");
      }
    }
    return new ChunkId(
        HexFormat.fromHexDigitsToLong(hex, 0, 16),
        HexFormat.fromHexDigitsToLong(hex, 16, 32),
        HexFormat.fromHexDigitsToLong(hex, 32, 48),
        HexFormat.fromHexDigitsToLong(hex, 48, 64));
  }

  /**
   * Reads the {@value #BYTES} bytes from {@code offset} on.
   *
   * @throws IndexOutOfBoundsException if the array ends before
   */
  public static ChunkId of(byte[] bytes, int offset) {
    Objects.checkFromIndexSize(offset, BYTES, bytes.length);
    return new ChunkId(
        (long) LONG.get(bytes, offset),
        (long) LONG.get(bytes, offset + 8),
        (long) LONG.get(bytes, offset + 16),
        (long) LONG.get(bytes, offset + 24));
  }

  /**
   * Reads {@value #BYTES} bytes from the buffer's position and advances it by as many.
   *
   * @throws BufferUnderflowException if fewer remain
   */
  public static ChunkId read(ByteBuffer buffer) {
    if (buffer.remaining() < BYTES) {
      throw new BufferUnderflowException();
    }
    boolean big = buffer.order() == ByteOrder.BIG_ENDIAN;
    long first = buffer.getLong();
    long second = buffer.getLong();
    long third = buffer.getLong();
    long fourth = buffer.getLong();
    return big
        ? new ChunkId(first, second, third, fourth)
        : new ChunkId(
            Long.reverseBytes(first),
            Long.reverseBytes(second),
            Long.reverseBytes(third),
            Long.reverseBytes(fourth));
  }

  /**
   * Writes {@value #BYTES} bytes at the buffer's position and advances it by as many.
   *
   * @throws BufferOverflowException if fewer remain
   */
  public void write(ByteBuffer buffer) {
    if (buffer.remaining() < BYTES) {
      throw new BufferOverflowException();
    }
    boolean big = buffer.order() == ByteOrder.BIG_ENDIAN;
    buffer.putLong(big ? first : Long.reverseBytes(first));
    buffer.putLong(big ? second : Long.reverseBytes(second));
    buffer.putLong(big ? third : Long.reverseBytes(third));
    buffer.putLong(big ? fourth : Long.reverseBytes(fourth));
  }

  /**
   * Writes the {@value #BYTES} bytes from {@code offset} on.
   *
   * @throws IndexOutOfBoundsException if the array ends before
   */
  public void copyTo(byte[] bytes, int offset) {
    Objects.checkFromIndexSize(offset, BYTES, bytes.length);
    LONG.set(bytes, offset, first);
    LONG.set(bytes, offset + 8, second);
    LONG.set(bytes, offset + 16, third);
    LONG.set(bytes, offset + 24, fourth);
  }

  /** Orders ids as their bytes are ordered, each byte an unsigned number. */
  @Override
  public int compareTo(ChunkId other) {
    int order = Long.compareUnsigned(first, other.first);
    if (order == 0) {
      order = Long.compareUnsigned(second, other.second);
    }
    if (order == 0) {
      order = Long.compareUnsigned(third, other.third);
    }
    return order != 0 ? order : Long.compareUnsigned(fourth, other.fourth);
  }

  /** Takes bits of the id as they are: it is the output of a keyed hash. */
  @Override
  public int hashCode() {
    return (int) first;
  }

  /** Returns the 64 lower-case hexadecimal digits of the id's bytes. */
  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(first)
        + hex.toHexDigits(second)
        + hex.toHexDigits(third)
        + hex.toHexDigits(fourth);
  }
}
