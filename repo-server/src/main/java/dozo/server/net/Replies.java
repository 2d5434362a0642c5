package dozo.server.net;

import dozo.format.ErrorCode;
import dozo.format.seal.PackedSegment;
import dozo.protocol.codec.BulkFrames;
import dozo.protocol.message.ConnectionMessage.Failure;
import dozo.protocol.message.Frame;
import dozo.protocol.message.Message;
import dozo.server.metrics.ServerMetrics;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;

/**
 * What goes to one client. Safe for use by several threads; each call keeps its own order.
 *
 * <p>Nothing is sent but by {@link #flush} and the calls that say so. Until then it waits here, so
 * that the event loop is woken once for all that a request is answered with; it is bounded by what
 * jobs answer in a step. Whoever writes flushes, whatever happens: that also frees what a
 * connection leaves behind that has ended.
 */
final class Replies {

  private final Channel channel;
  private final ServerMetrics metrics;
  private final Queue<Outgoing> waiting = new ConcurrentLinkedQueue<>();
  private final Runnable send = this::sendWaiting;

  /** What waits to be sent. */
  private sealed interface Outgoing {
    /** A message. */
    record Word(Frame frame, Runnable done) implements Outgoing {}

    /** A message after which the connection ends. */
    record LastWord(Frame frame) implements Outgoing {}

    /** Bytes of a disk, in a frame. */
    record Bulk(ByteBuf frame) implements Outgoing {}
  }

  Replies(Channel channel, ServerMetrics metrics) {
    this.channel = channel;
    this.metrics = metrics;
  }

  /** Sends a message, in a while. */
  void write(int number, Message message) {
    write(number, message, Replies::nothing);
  }

  private static void nothing() {}

  private void write(int number, Message message, Runnable done) {
    waiting.add(new Outgoing.Word(new Frame(number, message), done));
  }

  /** Sends a message. */
  void send(int number, Message message) {
    write(number, message);
    flush();
  }

  /**
   * Sends a message.
   *
   * @param done runs once it has been handed to the kernel, or cannot be any more; on the event
   *     loop, or on the caller's thread if the loop has ended
   */
  void send(int number, Message message, Runnable done) {
    write(number, message, done);
    flush();
  }

  /** Sends an error. */
  void fail(int number, Failure failure) {
    metrics.error(failure.code());
    send(number, failure);
  }

  /** Sends a part of a chunk, in a while. */
  void writeChunk(int number, int request, int index, int partOffset, ByteBuffer bytes) {
    metrics.served(bytes.remaining());
    waiting.add(
        new Outgoing.Bulk(
            BulkFrames.chunk(channel.alloc(), number, request, index, partOffset, bytes)));
  }

  /** Sends a segment, in a while. */
  void writeSegment(int number, int request, List<Integer> indices, PackedSegment segment) {
    metrics.served(segment.plainLength());
    ByteBuffer bytes = ByteBuffer.wrap(segment.bytes(), 0, segment.length());
    waiting.add(
        new Outgoing.Bulk(
            BulkFrames.segment(
                channel.alloc(),
                number,
                request,
                indices,
                segment.plainLength(),
                segment.isCompressed(),
                bytes)));
  }

  /** Sends a last word and closes the connection. */
  void closeWith(Failure failure) {
    metrics.error(failure.code());
    waiting.add(new Outgoing.LastWord(Frame.ofConnection(failure)));
    flush();
  }

  /** Sends what was written. */
  void flush() {
    if (channel.eventLoop().inEventLoop()) {
      sendWaiting();
      return;
    }
    try {
      channel.eventLoop().execute(send);
    } catch (RejectedExecutionException e) {
      drop(); // The server ends, and with it the connection.
    }
  }

  private void sendWaiting() {
    Outgoing next = waiting.poll();
    if (next == null) {
      return; // Sent with what was written meanwhile, or nothing was.
    }
    for (; next != null; next = waiting.poll()) {
      switch (next) {
        case Outgoing.Word(Frame frame, Runnable done) ->
            channel
                .write(frame)
                .addListener(sent -> {
                  if (!sent.isSuccess() && channel.isActive()) {
                    unsendable(frame.channel(), sent.cause());
                  }
                  done.run();
                });
        case Outgoing.LastWord(Frame frame) ->
            channel.write(frame).addListener(ChannelFutureListener.CLOSE);
        case Outgoing.Bulk(ByteBuf frame) ->
            channel.write(frame).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
      }
    }
    channel.flush();
  }

  private void drop() {
    for (Outgoing next = waiting.poll(); next != null; next = waiting.poll()) {
      switch (next) {
        case Outgoing.Word(_, Runnable done) -> done.run();
        case Outgoing.LastWord _ -> {}
        case Outgoing.Bulk(ByteBuf frame) -> frame.release();
      }
    }
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
