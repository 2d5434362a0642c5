package dozo.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.protocol.message.ConnectionMessage.Pong;
import dozo.protocol.message.Frame;
import dozo.server.metrics.ServerMetrics;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class RepliesTest {

  private static final int CHANNEL = 7;
  private static final int REQUEST = 3;

  private final UnpooledByteBufAllocator buffers = new UnpooledByteBufAllocator(true);
  private final ServerMetrics metrics = new ServerMetrics();

  @AfterEach
  void everyBufferIsFree() {
    assertThat(buffers.metric().usedDirectMemory()).isZero();
    assertThat(buffers.metric().usedHeapMemory()).isZero();
    metrics.close();
  }

  private static void writeChunk(Replies replies, int index) {
    replies.writeChunk(CHANNEL, REQUEST, index, 0, ByteBuffer.wrap(new byte[100]));
  }

  @Nested
  final class OnTheEventLoop {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Replies replies;

    OnTheEventLoop() {
      channel.config().setAllocator(buffers);
      replies = new Replies(channel, metrics);
    }

    @Test
    void sendsInOrderWhatWasWrittenAndNotBeforeItIsFlushed() {
      writeChunk(replies, 0);
      replies.write(CHANNEL, new Pong());
      writeChunk(replies, 1);
      assertThat(channel.<Object>readOutbound()).isNull();
      replies.flush();
      ByteBuf first = channel.readOutbound();
      assertThat(channel.<Object>readOutbound()).isEqualTo(new Frame(CHANNEL, new Pong()));
      ByteBuf second = channel.readOutbound();
      assertThat(first.readableBytes()).isEqualTo(second.readableBytes());
      assertThat(first).isNotEqualTo(second);
      assertThat(channel.<Object>readOutbound()).isNull();
      first.release();
      second.release();
    }

    @Test
    void freesWhatAConnectionThatHasEndedDoesNotGet() {
      writeChunk(replies, 0);
      var _ = channel.close();
      replies.flush();
      writeChunk(replies, 1);
      replies.flush();
    }
  }

  @Nested
  final class OnAnotherThread {
    private final EventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final NioSocketChannel channel = new NioSocketChannel();
    private final Replies replies;

    OnAnotherThread() {
      channel.config().setAllocator(buffers);
      assertThat(loops.register(channel).awaitUninterruptibly().isSuccess()).isTrue();
      replies = new Replies(channel, metrics);
    }

    @AfterEach
    void end() {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** Each task may wake the event loop. */
    @Test
    void handsTheEventLoopOneTaskForAllThatWasWritten() {
      CountDownLatch held = new CountDownLatch(1);
      CountDownLatch holds = new CountDownLatch(1);
      channel
          .eventLoop()
          .execute(() -> {
            holds.countDown();
            awaitQuietly(held);
          });
      awaitQuietly(holds);
      writeChunk(replies, 0);
      writeChunk(replies, 1);
      replies.write(CHANNEL, new Pong());
      replies.flush();
      int tasks = ((SingleThreadEventExecutor) channel.eventLoop()).pendingTasks();
      held.countDown();
      assertThat(tasks).isEqualTo(1);
    }

    @Test
    void freesWhatIsWrittenAfterTheEventLoopsHaveEnded() {
      end();
      writeChunk(replies, 0);
      replies.flush();
    }

    @Test
    void tellsThatAMessageIsDoneWithAfterTheEventLoopsHaveEnded() {
      end();
      AtomicInteger done = new AtomicInteger();
      replies.send(CHANNEL, new Pong(), done::incrementAndGet);
      assertThat(done).hasValue(1);
    }

    private static void awaitQuietly(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
