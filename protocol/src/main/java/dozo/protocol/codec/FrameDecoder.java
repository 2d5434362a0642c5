package dozo.protocol.codec;

import dozo.format.Limits;
import dozo.protocol.Protocol;
import dozo.protocol.message.Frame;
import dozo.protocol.message.Message;
import dozo.protocol.message.MessageType;
import dozo.protocol.message.ReadingMessage.ChunkPart;
import dozo.protocol.message.ReadingMessage.SegmentPart;
import dozo.protocol.message.SessionMessage.Data;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.function.Predicate;

/**
 * Turns bytes into {@link Frame}s.
 *
 * <p>A header is judged as soon as it is there, before anything is kept for its payload. The
 * payload of DATA, CHUNK and SEGMENT is never gathered: each piece goes on as it arrives, as a
 * slice and a message of its own, so that a megabyte on the wire costs no megabyte here. After the
 * first fault everything else is thrown away, since the place of the next header is unknown.
 */
public final class FrameDecoder extends ByteToMessageDecoder {

  private static final int HEADER_BYTES = 12;

  private enum State {
    /** The next twelve bytes are a header. */
    HEADER,
    /** The payload is taken whole. */
    WHOLE,
    /** The payload begins with the place that its bytes of disk belong to. */
    BULK_PLACE,
    /** The rest of the payload is bytes of disk. */
    BULK_BYTES,
    /** A fault was found. */
    BROKEN
  }

  private State state = State.HEADER;
  private Predicate<MessageType> admitted;
  private MessageType type = MessageType.PING;
  private int channel;
  private int remaining;

  private long dataOffset;
  private int dataCost;
  private int chunkRequest;
  private int chunkIndex;
  private int chunkOffset;
  private int segmentRequest;
  private List<Integer> segmentIndices = List.of();
  private int segmentPlainBytes;
  private boolean segmentIsCompressed;
  private int segmentBytes;
  private int segmentOffset;

  /**
   * Makes a decoder for one connection.
   *
   * @param admitted the types that may come at first
   */
  public FrameDecoder(Predicate<MessageType> admitted) {
    this.admitted = admitted;
  }

  /** Sets the types that may come from the next header on. Called on the event loop. */
  public void admit(Predicate<MessageType> types) {
    admitted = types;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    try {
      switch (state) {
        case HEADER -> readHeader(in, out);
        case WHOLE -> readWhole(in, out);
        case BULK_PLACE -> readPlace(in);
        case BULK_BYTES -> readPiece(in, out);
        case BROKEN -> in.skipBytes(in.readableBytes());
      }
    } catch (FrameException e) {
      state = State.BROKEN;
      in.skipBytes(in.readableBytes());
      throw e;
    }
  }

  private void readHeader(ByteBuf in, List<Object> out) {
    if (in.readableBytes() < HEADER_BYTES) {
      return;
    }
    int length = in.readIntLE();
    int code = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int reserved = in.readUnsignedShortLE();
    channel = in.readIntLE();
    if (length < Protocol.FRAME_OVERHEAD_BYTES || length > Protocol.MAXIMUM_FRAME_BYTES) {
      throw new FrameException(
          "A frame has 8 to "
              + Protocol.MAXIMUM_FRAME_BYTES
              + " bytes, not "
              + Integer.toUnsignedString(length));
    }
    MessageType known = MessageType.ofCode(code);
    if (known == null) {
      throw new FrameException("There is no message type 0x" + Integer.toHexString(code));
    }
    if (flags != 0 || reserved != 0) {
      throw new FrameException("Flags and reserved bytes of " + known + " are not zero");
    }
    if (!admitted.test(known)) {
      throw new FrameException(known + " may not come now");
    }
    type = known;
    remaining = length - Protocol.FRAME_OVERHEAD_BYTES;
    if (remaining < type.minimumPayloadBytes() || remaining > type.maximumPayloadBytes()) {
      throw new FrameException(
          type
              + " has "
              + type.minimumPayloadBytes()
              + " to "
              + type.maximumPayloadBytes()
              + " bytes of payload, not "
              + remaining);
    }
    state =
        switch (type) {
          case DATA, CHUNK, SEGMENT -> State.BULK_PLACE;
          default -> State.WHOLE;
        };
    dataCost = Math.max(Protocol.MINIMUM_COST_BYTES, length);
    if (remaining == 0) {
      emit(BulkCodec.read(type, in), out);
    }
  }

  private void readWhole(ByteBuf in, List<Object> out) {
    if (in.readableBytes() < remaining) {
      return;
    }
    ByteBuf payload = in.readSlice(remaining);
    Message message =
        switch (type.form()) {
          case CONTROL -> ControlCodec.read(type, payload);
          case BULK -> BulkCodec.read(type, payload);
        };
    if (payload.isReadable()) {
      throw new FrameException(payload.readableBytes() + " bytes follow the end of " + type);
    }
    emit(message, out);
  }

  private void emit(Message message, List<Object> out) {
    state = State.HEADER;
    out.add(new Frame(channel, message));
  }

  private void readPlace(ByteBuf in) {
    switch (type) {
      case DATA -> {
        if (begins(in, Long.BYTES)) {
          dataOffset = BulkCodec.readSize(in, "offset");
        }
      }
      case SEGMENT -> readSegmentPlace(in);
      default -> {
        if (begins(in, 3 * Integer.BYTES)) {
          chunkRequest = in.readIntLE();
          chunkIndex = in.readIntLE();
          chunkOffset = in.readIntLE();
          if (chunkIndex < 0 || chunkOffset < 0) {
            throw new FrameException("A part of a chunk lies beyond every request");
          }
        }
      }
    }
  }

  /** Whether all that stands before the bytes of disk is there; the bytes come next then. */
  private boolean begins(ByteBuf in, int placeBytes) {
    if (in.readableBytes() < placeBytes) {
      return false;
    }
    remaining -= placeBytes;
    state = State.BULK_BYTES;
    return true;
  }

  private void readSegmentPlace(ByteBuf in) {
    if (in.readableBytes() < BulkFrames.SEGMENT_PLACE_BYTES) {
      return;
    }
    int count = in.getIntLE(in.readerIndex() + BulkFrames.SEGMENT_PLACE_BYTES - Integer.BYTES);
    long placeBytes = BulkFrames.SEGMENT_PLACE_BYTES + (long) Integer.BYTES * count;
    if (count < 1
        || count > Protocol.MAXIMUM_CHUNKS
        || placeBytes >= remaining
        || remaining - placeBytes > Protocol.MAXIMUM_BULK_BYTES) {
      throw new FrameException(
          "A segment of " + count + " chunks does not fit in " + remaining + " bytes");
    }
    if (!begins(in, (int) placeBytes)) {
      return;
    }
    segmentRequest = in.readIntLE();
    segmentPlainBytes = in.readIntLE();
    int encoding = in.readUnsignedByte();
    if (segmentPlainBytes < 1 || segmentPlainBytes > Limits.SEGMENT_BYTES || encoding > 1) {
      throw new FrameException(
          "No segment has " + segmentPlainBytes + " bytes in encoding " + encoding);
    }
    segmentIsCompressed = encoding == 1;
    Integer[] indices = new Integer[in.readIntLE()];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = in.readIntLE();
      if (indices[i] < 0) {
        throw new FrameException("A part of a segment lies beyond every request");
      }
    }
    segmentIndices = List.of(indices);
    segmentBytes = remaining;
    segmentOffset = 0;
  }

  private void readPiece(ByteBuf in, List<Object> out) {
    int length = Math.min(remaining, in.readableBytes());
    if (length == 0) {
      return;
    }
    ByteBuf piece = in.readRetainedSlice(length);
    Message message =
        switch (type) {
          case DATA -> {
            Data data = new Data(dataOffset, piece, dataCost);
            dataOffset += length;
            dataCost = 0;
            yield data;
          }
          case SEGMENT -> {
            SegmentPart part =
                new SegmentPart(
                    segmentRequest,
                    segmentIndices,
                    segmentPlainBytes,
                    segmentIsCompressed,
                    segmentBytes,
                    segmentOffset,
                    piece);
            segmentOffset += length;
            yield part;
          }
          default -> {
            ChunkPart part = new ChunkPart(chunkRequest, chunkIndex, chunkOffset, piece);
            chunkOffset += length;
            yield part;
          }
        };
    out.add(new Frame(channel, message));
    remaining -= length;
    if (remaining == 0) {
      state = State.HEADER;
    }
  }
}
