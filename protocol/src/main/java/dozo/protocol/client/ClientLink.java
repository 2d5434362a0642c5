package dozo.protocol.client;

import dozo.format.ErrorCode;
import dozo.format.Fault;
import dozo.format.RemoteException;
import dozo.protocol.Protocol;
import dozo.protocol.Secret;
import dozo.protocol.ServerAddress;
import dozo.protocol.codec.FrameException;
import dozo.protocol.message.ConnectionMessage.Failure;
import dozo.protocol.message.ConnectionMessage.GoingAway;
import dozo.protocol.message.ConnectionMessage.Hello;
import dozo.protocol.message.ConnectionMessage.Ping;
import dozo.protocol.message.ConnectionMessage.Pong;
import dozo.protocol.message.ConnectionMessage.Welcome;
import dozo.protocol.message.Frame;
import dozo.protocol.message.Message;
import dozo.protocol.message.ReadingMessage.ChunkPart;
import dozo.protocol.message.ReadingMessage.SegmentPart;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One connection's messages: it says HELLO, keeps the line alive, and hands what comes to the
 * receiver of its channel. Once the connection is lost every receiver hears of it, also one that is
 * added later.
 *
 * <p>Netty's methods run on the event loop; the others may be called by any thread.
 */
final class ClientLink extends SimpleChannelInboundHandler<Frame> {

  private final ServerAddress address;
  private final @Nullable Secret token;
  private final String client;
  private final Map<Integer, Receiver> receivers = new ConcurrentHashMap<>();
  private final AtomicInteger lastChannel = new AtomicInteger();
  private final CompletableFuture<Welcome> welcome = new CompletableFuture<>();
  private volatile @Nullable Channel channel;
  private volatile @Nullable IOException lost;
  private volatile @Nullable String goingAway;

  ClientLink(ConnectionSettings settings) {
    super(Frame.class);
    this.address = settings.address();
    this.token = settings.token();
    this.client = settings.client();
  }

  /** Completes when the server has let us in. */
  CompletableFuture<Welcome> welcome() {
    return welcome;
  }

  /** Why the connection is of no more use, or empty while it is. */
  Optional<IOException> lost() {
    return Optional.ofNullable(lost);
  }

  /** The reason for which the server drains, if it does. */
  Optional<String> goingAway() {
    return Optional.ofNullable(goingAway);
  }

  ServerAddress address() {
    return address;
  }

  /** Netty's channel. Not before {@link #welcome} has completed. */
  Channel channel() {
    return Objects.requireNonNull(channel, "The link is in no pipeline");
  }

  /** Whether the server shares our processors. Not before {@link #welcome} has completed. */
  boolean isSameHost() {
    return !(channel().remoteAddress() instanceof InetSocketAddress server)
        || server.getAddress().isLoopbackAddress()
        || (channel().localAddress() instanceof InetSocketAddress here
            && here.getAddress().equals(server.getAddress()));
  }

  /** Takes a channel number for a request. */
  int newChannel() {
    while (true) {
      int number = lastChannel.incrementAndGet() & Integer.MAX_VALUE;
      if (number != Frame.CONNECTION && !receivers.containsKey(number)) {
        return number;
      }
    }
  }

  /** Sends what comes on a channel to a receiver, which hears at once if nothing ever will. */
  void listen(int number, Receiver receiver) {
    receivers.put(number, receiver);
    IOException cause = lost;
    if (cause != null && receivers.remove(number, receiver)) {
      receiver.lost(cause);
    }
  }

  /** Stops listening. What still comes on the channel is dropped. */
  void forget(int number) {
    receivers.remove(number);
  }

  /** Sends a message. If it cannot be sent, the receiver of its channel hears of it. */
  void send(int number, Message message) {
    IOException cause = lost;
    if (cause != null) {
      refuse(number, cause);
      return;
    }
    channel()
        .writeAndFlush(new Frame(number, message))
        .addListener(sent -> {
          if (!sent.isSuccess()) {
            refuse(number, sent.cause());
          }
        });
  }

  /** Sends a frame that was made before, and owns it from now on. */
  void send(ByteBuf frame) {
    if (lost != null) {
      frame.release();
      return;
    }
    channel().writeAndFlush(frame).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }

  /**
   * Sends a frame that was made before around bytes of somebody else's.
   *
   * @param done runs once, when the bytes are needed no more, sent or not
   */
  void send(ByteBuf frame, Runnable done) {
    if (lost != null) {
      frame.release();
      done.run();
      return;
    }
    channel()
        .writeAndFlush(frame)
        .addListener(sent -> done.run())
        .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }

  private void refuse(int number, Throwable cause) {
    Receiver receiver = receivers.remove(number);
    if (receiver != null) {
      receiver.lost(
          cause instanceof IllegalArgumentException tooLarge
              ? new IOException(tooLarge.getMessage(), tooLarge)
              : Faults.of(address, cause));
    }
  }

  /** Ends the connection. The first cause is the one that everybody hears. */
  void close(IOException cause) {
    if (lost == null) {
      channel().eventLoop().execute(() -> fail(cause));
    }
  }

  private void fail(IOException cause) {
    if (lost == null) {
      lost = cause;
      welcome.completeExceptionally(cause);
      receivers.forEach((number, receiver) -> {
        if (receivers.remove(number, receiver)) {
          receiver.lost(cause);
        }
      });
    }
    var _ = channel().close();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    channel = context.channel();
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (context.pipeline().get(SslHandler.class) == null) {
      sayHello(context);
    }
  }

  private void sayHello(ChannelHandlerContext context) {
    say(context, new Hello(Protocol.VERSION, client, token));
  }

  private static void say(ChannelHandlerContext context, Message message) {
    context
        .writeAndFlush(Frame.ofConnection(message))
        .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      shakenHands(context, handshake);
    } else if (event instanceof IdleStateEvent idle) {
      if (idle.state() == IdleState.READER_IDLE) {
        fail(Faults.lost(address, "The server has been silent too long"));
      } else if (welcome.isDone()) {
        say(context, new Ping());
      }
    }
  }

  private void shakenHands(ChannelHandlerContext context, SslHandshakeCompletionEvent handshake) {
    if (!handshake.isSuccess()) {
      fail(Faults.of(address, handshake.cause()));
    } else if (!Protocol.ALPN.equals(
        context.pipeline().get(SslHandler.class).applicationProtocol())) {
      fail(
          new RemoteException(
              Fault.of("What answers does not speak " + Protocol.ALPN)
                  .in("server " + address)
                  .cure("check the port; the admin API has another one"),
              ErrorCode.VERSION,
              false));
    } else {
      sayHello(context);
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, Frame frame) {
    Message message = frame.message();
    try {
      if (frame.channel() == Frame.CONNECTION) {
        receive(context, message);
      } else {
        Receiver receiver = receivers.get(frame.channel());
        if (receiver != null) {
          receiver.receive(message);
        }
      }
    } finally {
      switch (message) {
        case ChunkPart part -> part.bytes().release();
        case SegmentPart part -> part.bytes().release();
        default -> {}
      }
    }
  }

  private void receive(ChannelHandlerContext context, Message message) {
    switch (message) {
      case Welcome hello -> welcome.complete(hello);
      case Ping _ -> say(context, new Pong());
      case Pong _ -> {}
      case GoingAway away -> goingAway = away.reason();
      case Failure failure -> fail(Faults.of(failure));
      default -> throw new FrameException(message.type() + " does not concern the connection");
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    fail(Faults.lost(address, "The server closed the connection"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    fail(Faults.of(address, cause));
  }
}
