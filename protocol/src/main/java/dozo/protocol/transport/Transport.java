package dozo.protocol.transport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Event loops and the kinds of channel that run on them: epoll on Linux where its library loads,
 * else Java's own.
 *
 * <p>Owns its threads, which are daemons. Whoever opens channels on them closes these before the
 * transport: an event loop that ends may leave a channel open that nobody serves any more.
 */
public final class Transport implements AutoCloseable {

  /** How long closing may take before it is no longer waited for. */
  public static final int CLOSE_SECONDS = 5;

  private final boolean epoll;
  private final EventLoopGroup loops;

  private Transport(boolean epoll, EventLoopGroup loops) {
    this.epoll = epoll;
    this.loops = loops;
  }

  /**
   * Starts event loops.
   *
   * @param name what their threads are called
   * @param threads how many
   */
  public static Transport open(String name, int threads) {
    boolean epoll = Epoll.isAvailable();
    IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new Transport(
        epoll,
        new MultiThreadIoEventLoopGroup(
            threads, new DefaultThreadFactory(name, /* daemon= */ true), handlers));
  }

  /**
   * What channels take their buffers from: a pool that keeps what it has. Netty's default gives big
   * buffers back to the system, which then clears their pages anew for each megabyte that is sent.
   */
  public static ByteBufAllocator buffers() {
    return PooledByteBufAllocator.DEFAULT;
  }

  /** What it runs on, for a log. */
  public String kind() {
    return epoll ? "epoll" : "nio";
  }

  /** Whether the kernel's word on who is at the other end of a Unix socket can be had. */
  public boolean knowsPeers() {
    return epoll;
  }

  /** The event loops. */
  public EventLoopGroup loops() {
    return loops;
  }

  /** A client's TCP channel. */
  public Class<? extends Channel> tcpChannel() {
    return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  /** A server's TCP channel. */
  public Class<? extends ServerChannel> tcpServerChannel() {
    return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  /** A client's Unix channel. */
  public Class<? extends Channel> unixChannel() {
    return epoll ? EpollDomainSocketChannel.class : NioDomainSocketChannel.class;
  }

  /** A server's Unix channel. */
  public Class<? extends ServerChannel> unixServerChannel() {
    return epoll ? EpollServerDomainSocketChannel.class : NioServerDomainSocketChannel.class;
  }

  /** The address of a Unix socket, as the Unix channels want it. */
  public SocketAddress unixAddress(Path socket) {
    return epoll ? new DomainSocketAddress(socket.toString()) : UnixDomainSocketAddress.of(socket);
  }

  /** Ends the event loops, and waits a few seconds for their last tasks. */
  @Override
  public void close() {
    loops.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
