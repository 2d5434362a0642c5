package dozo.server.net;

import dozo.format.ErrorCode;
import dozo.format.seal.PackedSegment;
import dozo.protocol.codec.BulkFrames;
import dozo.protocol.message.ConnectionMessage.Failure;
import dozo.protocol.message.Frame;
import dozo.protocol.message.Message;
import dozo.server.metrics.ServerMetrics;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What goes to one client. Safe for use by several threads; each call keeps its own order.
 *
 * <p>Nothing is flushed but by {@link #flush} and the calls that say so.
 */
final class Replies {

  private final Channel channel;
  private final ServerMetrics metrics;

  Replies(Channel channel, ServerMetrics metrics) {
    this.channel = channel;
    this.metrics = metrics;
  }

  /** Sends a message, in a while. */
  void write(int number, Message message) {
    channel
        .write(new Frame(number, message))
        .addListener(sent -> {
          if (!sent.isSuccess() && channel.isActive()) {
            unsendable(number, sent.cause());
          }
        });
  }

  /** Sends a message. */
  void send(int number, Message message) {
    write(number, message);
    channel.flush();
  }

  /** Sends an error. */
  void fail(int number, Failure failure) {
    metrics.error(failure.code());
    send(number, failure);
  }

  /** Sends a part of a chunk, in a while. */
  void writeChunk(int number, int request, int index, int partOffset, ByteBuffer bytes) {
    metrics.served(bytes.remaining());
    channel
        .write(BulkFrames.chunk(channel.alloc(), number, request, index, partOffset, bytes))
        .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }

  /** Sends a segment, in a while. */
  void writeSegment(int number, int request, List<Integer> indices, PackedSegment segment) {
    metrics.served(segment.plainLength());
    ByteBuffer bytes = ByteBuffer.wrap(segment.bytes(), 0, segment.length());
    channel
        .write(
            BulkFrames.segment(
                channel.alloc(),
                number,
                request,
                indices,
                segment.plainLength(),
                segment.isCompressed(),
                bytes))
        .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }

  /** Sends a last word and closes the connection. */
  void closeWith(Failure failure) {
    metrics.error(failure.code());
    channel.writeAndFlush(Frame.ofConnection(failure)).addListener(ChannelFutureListener.CLOSE);
  }

  void flush() {
    channel.flush();
  }

  /** An answer that is too long for a frame is told as such; the rest ends the connection. */
  private void unsendable(int number, Throwable cause) {
    if (cause instanceof IllegalArgumentException && number != Frame.CONNECTION) {
      fail(number, Failures.failure(ErrorCode.TOO_LARGE, "The answer does not fit in a frame"));
    } else {
      channel.close().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }
  }
}
