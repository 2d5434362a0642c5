package dozo.server.net;

import dozo.format.ErrorCode;
import dozo.protocol.Protocol;
import dozo.protocol.codec.FrameDecoder;
import dozo.protocol.codec.FrameException;
import dozo.protocol.message.ConnectionMessage.GoingAway;
import dozo.protocol.message.ConnectionMessage.Hello;
import dozo.protocol.message.ConnectionMessage.Welcome;
import dozo.protocol.message.Frame;
import dozo.protocol.message.Message;
import dozo.protocol.message.MessageType;
import dozo.protocol.message.SessionMessage.Content;
import dozo.protocol.message.SessionMessage.Data;
import dozo.server.auth.Principal;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: admits it, then hands its messages on.
 *
 * <p>For the connection's event loop, but for {@link #goAway} and {@link #expel}.
 */
final class ConnectionHandler extends SimpleChannelInboundHandler<Frame> {

  private static final Logger log = LoggerFactory.getLogger(ConnectionHandler.class);

  private final ServiceParts parts;
  private final Supplier<Optional<Principal>> peer;
  private @Nullable ChannelHandlerContext context;
  private @Nullable Replies replies;
  private volatile @Nullable Client client;
  private boolean refused;

  /**
   * Makes a handler for one connection.
   *
   * @param peer whom the kernel says is there, for a client without a token
   */
  ConnectionHandler(ServiceParts parts, Supplier<Optional<Principal>> peer) {
    super(Frame.class);
    this.parts = parts;
    this.peer = peer;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    replies = new Replies(added.channel(), parts.metrics());
  }

  private ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("The handler is in no pipeline");
    }
    return context;
  }

  private Replies replies() {
    if (replies == null) {
      throw new IllegalStateException("The handler is in no pipeline");
    }
    return replies;
  }

  @Override
  public void channelActive(ChannelHandlerContext active) {
    if (active.pipeline().get(SslHandler.class) == null) {
      awaitHello();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext triggered, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      String agreed = triggered.pipeline().get(SslHandler.class).applicationProtocol();
      if (!handshake.isSuccess() || !Protocol.ALPN.equals(agreed)) {
        log.debug("No TLS, or another protocol peer={}", triggered.channel().remoteAddress());
        var _ = triggered.close();
      } else {
        awaitHello();
      }
    } else if (event instanceof IdleStateEvent && triggered.channel().config().isAutoRead()) {
      log.info("Connection closed, its client fell silent peer={}", remote());
      var _ = triggered.close();
    }
  }

  private void awaitHello() {
    var _ =
        context()
            .executor()
            .schedule(
                () -> {
                  if (client == null && !refused) {
                    var _ = context().close();
                  }
                },
                parts.limits().helloTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext read, Frame frame) {
    Message message = frame.message();
    try {
      Client known = client;
      if (known != null) {
        known.receive(frame);
      } else if (!refused) {
        admit(message);
      }
    } finally {
      if (message instanceof Data data) {
        data.bytes().release();
      } else if (message instanceof Content content) {
        content.bytes().release();
      }
    }
  }

  private void admit(Message message) {
    if (!(message instanceof Hello hello)) {
      refused = true;
      replies().closeWith(Failures.failure(ErrorCode.PROTOCOL, "HELLO cannot be read"));
      return;
    }
    if (hello.version() != Protocol.VERSION) {
      refused = true;
      replies()
          .closeWith(
              Failures.failure(
                  ErrorCode.VERSION,
                  "This server speaks version " + Protocol.VERSION + " of the protocol"));
      return;
    }
    Optional<Principal> principal =
        hello.token() == null ? peer.get() : parts.tokens().authenticate(hello.token());
    if (principal.isEmpty()) {
      refuse();
      return;
    }
    log.info(
        "Client connected token={} role={} client=\"{}\" peer={}",
        principal.get().id(),
        principal.get().role().word(),
        printable(hello.client()),
        remote());
    context().pipeline().get(FrameDecoder.class).admit(ConnectionHandler::isAfterHello);
    client = new Client(context(), parts, principal.get(), replies());
    replies()
        .send(
            Frame.CONNECTION,
            new Welcome(
                Protocol.VERSION,
                parts.name(),
                parts.repository().identity().id(),
                principal.get().role(),
                Protocol.MAXIMUM_FRAME_BYTES,
                Protocol.PING_SECONDS));
  }

  private static boolean isAfterHello(MessageType type) {
    return type.isFromClient() && type != MessageType.HELLO;
  }

  /** Unknown, expired and revoked look alike, and take equally long. */
  private void refuse() {
    refused = true;
    parts.metrics().authenticationFailed();
    ClientAudit.refused(parts.audit(), context().channel());
    log.warn("Client refused, its token is not known peer={}", remote());
    if (!parts.refusals().enter()) {
      var _ = context().close();
      return;
    }
    context().channel().config().setAutoRead(false);
    var _ =
        context()
            .executor()
            .schedule(
                () -> {
                  parts.refusals().leave();
                  replies()
                      .closeWith(
                          Failures.failure(
                              ErrorCode.UNAUTHENTICATED, "The token is not known here"));
                },
                parts.limits().refusalDelay().toMillis(),
                TimeUnit.MILLISECONDS);
  }

  private static String printable(String text) {
    return text.substring(0, Math.min(text.length(), 100)).replaceAll("[^ -~]", "?");
  }

  private String remote() {
    return String.valueOf(context().channel().remoteAddress());
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext read) {
    Client known = client;
    if (known != null) {
      known.readComplete();
    }
    read.fireChannelReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext changed) {
    Client known = client;
    if (known != null) {
      known.writabilityChanged();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext inactive) {
    Client known = client;
    if (known != null) {
      log.info("Client gone token={} peer={}", known.principal().id(), remote());
      known.close();
    }
    inactive.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) {
    switch (cause) {
      case FrameException fault -> {
        log.warn("Connection ended, {} peer={}", fault.getMessage(), remote());
        replies().closeWith(Failures.failure(ErrorCode.PROTOCOL, fault.getMessage()));
      }
      case IOException lost -> {
        log.debug("Connection lost peer={}", remote(), lost);
        var _ = caught.close();
      }
      default -> {
        if (cause.getCause() instanceof SSLException) {
          log.debug("TLS failed peer={}", remote(), cause);
        } else {
          log.error("Connection ended by a fault of the server peer={}", remote(), cause);
        }
        var _ = caught.close();
      }
    }
  }

  /** Tells the client that the server drains. Any thread. */
  void goAway(String reason) {
    if (client != null) {
      replies().send(Frame.CONNECTION, new GoingAway(reason));
    }
  }

  /** Ends the connection if its client is that one. Any thread. */
  void expel(UUID principal) {
    Client known = client;
    if (known != null && known.principal().id().equals(principal)) {
      replies()
          .closeWith(Failures.failure(ErrorCode.UNAUTHENTICATED, "The token is not known here"));
    }
  }
}
