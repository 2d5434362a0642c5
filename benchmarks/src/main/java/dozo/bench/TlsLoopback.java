package dozo.bench;

import dozo.protocol.ServerTrust;
import dozo.protocol.transport.TlsContext;
import dozo.protocol.transport.Transport;
import dozo.server.certificate.ServerCertificate;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Bytes through TLS over the loopback and into arrays, with the event loops and the TLS that the
 * product uses and nothing else: the wire as a block by itself. Both ends are in this process.
 */
final class TlsLoopback implements AutoCloseable {

  private static final int FRAME_BYTES = 256 << 10;
  private static final int BYTES_UNDER_WAY = 8 << 20;

  private final Transport transport = Transport.open("bench-wire", 2);
  private final Semaphore credit = new Semaphore(BYTES_UNDER_WAY);
  private final TlsContext serverTls;
  private final TlsContext clientTls;
  private final Channel listener;
  private final Channel client;

  /** Takes what comes and gives credit back for it. */
  private final class Sink extends SimpleChannelInboundHandler<ByteBuf> {

    private final byte[] target = new byte[FRAME_BYTES];

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
      while (bytes.isReadable()) {
        int length = Math.min(bytes.readableBytes(), target.length);
        bytes.readBytes(target, 0, length);
        credit.release(length);
      }
    }
  }

  private TlsLoopback(ServerCertificate certificate) throws IOException {
    serverTls = TlsContext.forServer(certificate.key(), certificate.chain(), Optional.empty());
    clientTls = TlsContext.forClient(new ServerTrust.Pinned(certificate.fingerprint()));
    listener =
        new ServerBootstrap()
            .group(transport.loops())
            .channel(transport.tcpServerChannel())
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(serverTls.newHandler(channel.alloc()), new Sink());
                  }
                })
            .bind("127.0.0.1", 0)
            .syncUninterruptibly()
            .channel();
    int port = ((InetSocketAddress) listener.localAddress()).getPort();
    client =
        new Bootstrap()
            .group(transport.loops())
            .channel(transport.tcpChannel())
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(clientTls.newHandler(channel.alloc(), "127.0.0.1", port));
                  }
                })
            .connect("127.0.0.1", port)
            .syncUninterruptibly()
            .channel();
    client.pipeline().get(SslHandler.class).handshakeFuture().syncUninterruptibly();
  }

  /**
   * Connects.
   *
   * @param directory where the certificate goes
   */
  static TlsLoopback open(Path directory) throws IOException {
    return new TlsLoopback(
        ServerCertificate.openOrCreate(directory, Clock.systemUTC(), new SecureRandom()));
  }

  /** Sends bytes, and returns when all of them have arrived. */
  long send(byte[] bytes) {
    ChannelFuture last = client.newSucceededFuture();
    for (int at = 0; at < bytes.length; at += FRAME_BYTES) {
      int length = Math.min(FRAME_BYTES, bytes.length - at);
      credit.acquireUninterruptibly(length);
      ByteBuf frame = client.alloc().directBuffer(length);
      frame.writeBytes(ByteBuffer.wrap(bytes, at, length));
      last = client.writeAndFlush(frame);
    }
    last.syncUninterruptibly();
    credit.acquireUninterruptibly(BYTES_UNDER_WAY);
    credit.release(BYTES_UNDER_WAY);
    return bytes.length;
  }

  @Override
  public void close() {
    client.close().syncUninterruptibly();
    listener.close().syncUninterruptibly();
    transport.close();
    serverTls.close();
    clientTls.close();
  }
}
