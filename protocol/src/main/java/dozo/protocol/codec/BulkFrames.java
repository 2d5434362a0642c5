package dozo.protocol.codec;

import dozo.protocol.Protocol;
import dozo.protocol.message.MessageType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Whole frames that carry bytes of disk. They are made on the thread that has the bytes; a channel
 * then writes them like any buffer, and releases them even when it has closed in the meantime. They
 * are copied once, next to their header, unless a method says otherwise.
 */
public final class BulkFrames {

  private static final int LENGTH_FIELD_BYTES = Integer.BYTES;
  private static final int DATA_PLACE_BYTES = Long.BYTES;
  private static final int CHUNK_PLACE_BYTES = 3 * Integer.BYTES;

  /** What a SEGMENT begins with: request, plain length, encoding and count of indices. */
  static final int SEGMENT_PLACE_BYTES = 3 * Integer.BYTES + 1;

  private BulkFrames() {}

  /**
   * Makes a DATA frame.
   *
   * @param bytes 1 byte to 1 MiB, consumed from position to limit
   * @return the frame, for the caller to write or release
   */
  public static ByteBuf data(
      ByteBufAllocator allocator, int channel, long offset, ByteBuffer bytes) {
    ByteBuf frame = begin(allocator, MessageType.DATA, channel, DATA_PLACE_BYTES, bytes);
    return frame.writeLongLE(offset).writeBytes(bytes);
  }

  /**
   * Makes a DATA frame around bytes that stay where they are.
   *
   * @param bytes 1 byte to 1 MiB from position to limit, which stay as they are until the frame was
   *     written or released
   * @return the frame, for the caller to write or release
   */
  public static ByteBuf dataAround(
      ByteBufAllocator allocator, int channel, long offset, ByteBuffer bytes) {
    ByteBuf header =
        allocator.ioBuffer(LENGTH_FIELD_BYTES + Protocol.FRAME_OVERHEAD_BYTES + DATA_PLACE_BYTES);
    writeHeader(header, MessageType.DATA, channel, DATA_PLACE_BYTES, bytes);
    header.writeLongLE(offset);
    return allocator
        .compositeBuffer(2)
        .addComponent(true, header)
        .addComponent(true, Unpooled.wrappedBuffer(bytes));
  }

  /**
   * Makes a CHUNK frame.
   *
   * @param bytes 1 byte to 1 MiB, consumed from position to limit
   * @return the frame, for the caller to write or release
   */
  public static ByteBuf chunk(
      ByteBufAllocator allocator,
      int channel,
      int request,
      int index,
      int partOffset,
      ByteBuffer bytes) {
    ByteBuf frame = begin(allocator, MessageType.CHUNK, channel, CHUNK_PLACE_BYTES, bytes);
    return frame.writeIntLE(request).writeIntLE(index).writeIntLE(partOffset).writeBytes(bytes);
  }

  /**
   * Makes a CONTENT frame.
   *
   * @param number how many chunks were sent on the stream before
   * @param count how many these are
   * @param plainBytes their length together
   * @param packed whether the bytes are a zstd frame
   * @param bytes 1 byte to 1 MiB, consumed from position to limit
   * @return the frame, for the caller to write or release
   */
  public static ByteBuf content(
      ByteBufAllocator allocator,
      int channel,
      long number,
      int count,
      int plainBytes,
      boolean packed,
      ByteBuffer bytes) {
    ByteBuf frame =
        begin(allocator, MessageType.CONTENT, channel, Protocol.CONTENT_PLACE_BYTES, bytes);
    return frame
        .writeLongLE(number)
        .writeIntLE(count)
        .writeIntLE(plainBytes)
        .writeByte(packed ? 1 : 0)
        .writeBytes(bytes);
  }

  /**
   * Makes a SEGMENT frame.
   *
   * @param indices the places in the request of the chunks that it brings, 1,024 at the most
   * @param plainBytes what the segment comes to
   * @param isCompressed whether the bytes are a zstd frame
   * @param bytes 1 byte to 1 MiB, consumed from position to limit
   * @return the frame, for the caller to write or release
   */
  public static ByteBuf segment(
      ByteBufAllocator allocator,
      int channel,
      int request,
      List<Integer> indices,
      int plainBytes,
      boolean isCompressed,
      ByteBuffer bytes) {
    int placeBytes = SEGMENT_PLACE_BYTES + Integer.BYTES * indices.size();
    ByteBuf frame = begin(allocator, MessageType.SEGMENT, channel, placeBytes, bytes);
    frame
        .writeIntLE(request)
        .writeIntLE(plainBytes)
        .writeByte(isCompressed ? 1 : 0)
        .writeIntLE(indices.size());
    indices.forEach(frame::writeIntLE);
    return frame.writeBytes(bytes);
  }

  private static ByteBuf begin(
      ByteBufAllocator allocator, MessageType type, int channel, int placeBytes, ByteBuffer bytes) {
    ByteBuf frame =
        allocator.ioBuffer(
            LENGTH_FIELD_BYTES
                + Protocol.FRAME_OVERHEAD_BYTES
                + placeBytes
                + Math.min(bytes.remaining(), Protocol.MAXIMUM_BULK_BYTES));
    writeHeader(frame, type, channel, placeBytes, bytes);
    return frame;
  }

  private static void writeHeader(
      ByteBuf frame, MessageType type, int channel, int placeBytes, ByteBuffer bytes) {
    if (bytes.remaining() < 1 || bytes.remaining() > Protocol.MAXIMUM_BULK_BYTES) {
      frame.release();
      throw new IllegalArgumentException(
          type
              + " has 1 to "
              + Protocol.MAXIMUM_BULK_BYTES
              + " bytes of disk, not "
              + bytes.remaining());
    }
    int length = Protocol.FRAME_OVERHEAD_BYTES + placeBytes + bytes.remaining();
    FrameEncoder.writeHeader(frame, length, type, channel);
  }
}
