package dozo.protocol.codec;

import dozo.protocol.Protocol;
import dozo.protocol.message.Frame;
import dozo.protocol.message.Message;
import dozo.protocol.message.MessageType;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.MessageToByteEncoder;

/**
 * Turns {@link Frame}s into bytes, but for those that carry bytes of disk: {@link BulkFrames} makes
 * these, and they pass as they are.
 *
 * <p>A message that exceeds the bounds of its type is its maker's mistake: its write fails with an
 * {@link IllegalArgumentException} and nothing of it is sent.
 */
public final class FrameEncoder extends MessageToByteEncoder<Frame> {

  private static final int SMALL_FRAME_BYTES = 256;

  /** Makes an encoder for one connection. */
  public FrameEncoder() {
    super(Frame.class);
  }

  @Override
  protected ByteBuf allocateBuffer(ChannelHandlerContext context, Frame frame, boolean direct) {
    return context.alloc().ioBuffer(SMALL_FRAME_BYTES);
  }

  @Override
  protected void encode(ChannelHandlerContext context, Frame frame, ByteBuf out) {
    Message message = frame.message();
    MessageType type = message.type();
    int start = out.writerIndex();
    writeHeader(out, 0, type, frame.channel());
    switch (type.form()) {
      case CONTROL -> ControlCodec.write(message, out);
      case BULK -> BulkCodec.write(message, out);
    }
    int length = out.writerIndex() - start - Integer.BYTES;
    int payload = length - Protocol.FRAME_OVERHEAD_BYTES;
    if (payload < type.minimumPayloadBytes() || payload > type.maximumPayloadBytes()) {
      throw new IllegalArgumentException(
          type
              + " has at most "
              + type.maximumPayloadBytes()
              + " bytes of payload; this one has "
              + payload);
    }
    out.setIntLE(start, length);
  }

  static void writeHeader(ByteBuf out, int length, MessageType type, int channel) {
    out.writeIntLE(length).writeByte(type.code()).writeByte(0).writeShortLE(0).writeIntLE(channel);
  }
}
