package dozo.server.net;

import dozo.protocol.codec.FrameDecoder;
import dozo.protocol.codec.FrameEncoder;
import dozo.protocol.message.MessageType;
import dozo.protocol.transport.TlsContext;
import dozo.protocol.transport.Transport;
import dozo.repository.Repository;
import dozo.server.audit.AuditTrail;
import dozo.server.auth.Principal;
import dozo.server.auth.TokenStore;
import dozo.server.certificate.ServerCertificate;
import dozo.server.lease.LeaseStore;
import dozo.server.listing.VisibleRestorePoints;
import dozo.server.metrics.ServerMetrics;
import dozo.server.session.SessionRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for clients, on TCP with TLS and on a Unix socket.
 *
 * <p>Owns its event loops and the threads that wait for the engine; the engine, the tokens and the
 * sessions belong to whoever starts it.
 */
public final class ProtocolServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ProtocolServer.class);

  private static final int BACKLOG = 256;
  private static final int QUEUED_REQUESTS = 4_096;
  private static final int LOW_WATER = 1 << 20;
  private static final int HIGH_WATER = 4 << 20;

  /** Connections beyond the limit that are told so; those beyond these are only closed. */
  private static final int TOLD_OFF = 64;

  private final ServiceParts parts;
  private final AtomicReference<NetworkLimits> limits;
  private final Transport transport;

  /** The newest first; connections may be about to be made with one before it. */
  private final Deque<TlsContext> tls = new ConcurrentLinkedDeque<>();

  private final ExecutorService blocking;
  private final List<Channel> listening = new ArrayList<>();
  private final Set<ConnectionHandler> connections = ConcurrentHashMap.newKeySet();

  /** Every open channel; one that opens after the group was closed is closed too. */
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

  private final AtomicInteger open = new AtomicInteger();
  private @Nullable Path unixSocket;
  private volatile int ownUser = -1;

  private ProtocolServer(
      ServiceParts parts,
      AtomicReference<NetworkLimits> limits,
      Transport transport,
      TlsContext tls,
      ExecutorService blocking) {
    this.parts = parts;
    this.limits = limits;
    this.transport = transport;
    this.tls.addFirst(tls);
    this.blocking = blocking;
  }

  /**
   * Starts to listen.
   *
   * @param clientAuthorities a PEM file: who signs the certificates that clients on the network
   *     have to show, if they have to
   * @param name what the server says it is
   * @throws BindException if an address cannot be listened on; nothing is left open then
   */
  public static ProtocolServer start(
      Listeners listeners,
      ServerCertificate certificate,
      Optional<Path> clientAuthorities,
      Repository repository,
      TokenStore tokens,
      LeaseStore leases,
      SessionRegistry sessions,
      ServerMetrics metrics,
      AuditTrail audit,
      NetworkLimits limits,
      String name)
      throws IOException {
    ExecutorService blocking =
        new ThreadPoolExecutor(
            limits.blockingThreads(),
            limits.blockingThreads(),
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUED_REQUESTS),
            Thread.ofPlatform().name("dozo-request-", 0).daemon().factory());
    AtomicReference<NetworkLimits> current = new AtomicReference<>(limits);
    ServiceParts parts =
        new ServiceParts(
            repository,
            new VisibleRestorePoints(repository),
            tokens,
            leases,
            sessions,
            metrics,
            audit,
            current::get,
            blocking,
            new PendingRefusals(limits.maximumRefusals()),
            name);
    TlsContext tls =
        TlsContext.forServer(certificate.key(), certificate.chain(), clientAuthorities);
    Transport transport =
        Transport.open("dozo-network", Runtime.getRuntime().availableProcessors());
    ProtocolServer server = new ProtocolServer(parts, current, transport, tls, blocking);
    try {
      server.listen(listeners);
    } catch (IOException | RuntimeException | Error e) {
      server.close();
      throw e;
    }
    tokens.onRevocation(id -> server.connections.forEach(it -> it.expel(id)));
    metrics.gauge("dozo.connections", "Connections of clients", server.open::get);
    return server;
  }

  private void listen(Listeners listeners) throws IOException {
    listening.add(
        bind(
            transport.tcpServerChannel(),
            listeners.tcp(),
            new Initializer(true, channel -> Optional.empty()),
            true));
    if (listeners.unix().isPresent()) {
      Path file = listeners.unix().get();
      UnixSocketFile.clear(file);
      listening.add(
          bind(
              transport.unixServerChannel(),
              transport.unixAddress(file),
              new Initializer(
                  false, channel -> new PeerCredentialsCheck(ownUser).principal(channel)),
              false));
      unixSocket = file;
      ownUser = UnixSocketFile.open(file);
    }
    log.info(
        "Listening tcp={} unix={} transport={} tls=\"{}\"",
        listening.getFirst().localAddress(),
        listeners.unix().map(Path::toString).orElse("none"),
        transport.kind(),
        TlsContext.providerName());
  }

  private Channel bind(
      Class<? extends ServerChannel> type,
      SocketAddress address,
      Initializer initializer,
      boolean tcp)
      throws IOException {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(transport.loops())
            .channel(type)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.ALLOCATOR, Transport.buffers())
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(LOW_WATER, HIGH_WATER))
            .childHandler(initializer);
    if (tcp) {
      bootstrap
          .option(ChannelOption.SO_REUSEADDR, true)
          .childOption(ChannelOption.TCP_NODELAY, true)
          .childOption(ChannelOption.SO_KEEPALIVE, true);
    }
    ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw cannotListen(address, bound.cause());
    }
    return bound.channel();
  }

  private static BindException cannotListen(SocketAddress address, Throwable cause) {
    BindException exception =
        new BindException(
            "Cannot listen on "
                + address
                + ": "
                + cause.getMessage()
                + ". What to do: see whether another server runs there, or give another port.");
    exception.initCause(cause);
    return exception;
  }

  /** The TCP address that it listens on, with the port that was taken if any was free to take. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listening.getFirst().localAddress();
  }

  /** Whether each event loop takes up something new in that time. */
  public boolean answers(Duration patience) {
    List<EventExecutor> loops = new ArrayList<>();
    transport.loops().forEach(loops::add);
    CountDownLatch awaited = new CountDownLatch(loops.size());
    try {
      loops.forEach(loop -> loop.execute(awaited::countDown));
      return awaited.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      return true; // It has just been closed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Has connections take no more than that, except for the threads that they share. */
  public void limit(NetworkLimits other) {
    limits.set(other);
  }

  /**
   * Shows clients that come from now on another certificate, and asks them for one of these
   * authorities.
   *
   * @param clientAuthorities a PEM file, or empty if clients need no certificate
   * @throws IOException if TLS cannot use it; nothing has changed then
   */
  public void show(ServerCertificate certificate, Optional<Path> clientAuthorities)
      throws IOException {
    tls.addFirst(TlsContext.forServer(certificate.key(), certificate.chain(), clientAuthorities));
  }

  /** Takes no more connections, and tells the clients that the server drains. */
  public void drain(String reason) {
    listening.forEach(channel -> channel.close().awaitUninterruptibly());
    connections.forEach(connection -> connection.goAway(reason));
  }

  /** Closes all connections. */
  @Override
  public void close() throws IOException {
    listening.forEach(channel -> channel.close().awaitUninterruptibly());
    var _ = channels.close().awaitUninterruptibly(Transport.CLOSE_SECONDS, TimeUnit.SECONDS);
    transport.close();
    blocking.shutdownNow();
    tls.forEach(TlsContext::close);
    if (unixSocket != null) {
      Files.deleteIfExists(unixSocket);
    }
  }

  /** Sets up one connection. */
  private final class Initializer extends ChannelInitializer<Channel> {

    private final boolean encrypted;
    private final Function<Channel, Optional<Principal>> peer;

    Initializer(boolean encrypted, Function<Channel, Optional<Principal>> peer) {
      this.encrypted = encrypted;
      this.peer = peer;
    }

    @Override
    protected void initChannel(Channel channel) {
      channels.add(channel);
      int now = open.incrementAndGet();
      int limit = parts.limits().maximumConnections();
      channel.closeFuture().addListener(closed -> open.decrementAndGet());
      if (now > limit + TOLD_OFF) {
        var _ = channel.close();
        return;
      }
      if (encrypted) {
        channel.pipeline().addLast(tls.getFirst().newHandler(channel.alloc()));
      }
      channel
          .pipeline()
          .addLast(
              new IdleStateHandler(
                  parts.limits().silence().toMillis(), 0, 0, TimeUnit.MILLISECONDS),
              new FrameDecoder(MessageType.HELLO::equals),
              new FrameEncoder());
      if (now > limit) {
        channel.pipeline().addLast(new BusyHandler(parts.metrics()));
        return;
      }
      ConnectionHandler handler = new ConnectionHandler(parts, () -> peer.apply(channel));
      connections.add(handler);
      channel.closeFuture().addListener(closed -> connections.remove(handler));
      channel.pipeline().addLast(handler);
    }
  }
}
