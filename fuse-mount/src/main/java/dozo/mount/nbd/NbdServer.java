package dozo.mount.nbd;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves exports on a Unix socket, a loopback address or, with TLS, any address. A client that does
 * not say in half a minute what it wants is hung up on.
 *
 * <p>Safe for use by many threads.
 */
public final class NbdServer implements Closeable {
  private static final Logger log = LoggerFactory.getLogger(NbdServer.class);
  private static final int MAX_CONNECTIONS = 64;

  /** How many requests of a connection are carried out at once. */
  private static final int WORKERS = 8;

  private static final Duration GREETING = Duration.ofSeconds(30);

  private final ServerSocketChannel socket;
  private final SocketAddress address;
  private final List<NbdExport> exports;
  private final Optional<NbdTls> tls;
  private final Duration greeting;
  private final Set<NbdChannel> open = ConcurrentHashMap.newKeySet();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService deadlines =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("dozo-nbd-deadlines").factory());
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Thread acceptor;

  private NbdServer(
      ServerSocketChannel socket,
      SocketAddress address,
      List<NbdExport> exports,
      Optional<NbdTls> tls,
      Duration greeting) {
    this.socket = socket;
    this.address = address;
    this.exports = List.copyOf(exports);
    this.tls = tls;
    this.greeting = greeting;
    this.acceptor = Thread.ofPlatform().daemon().name("dozo-nbd-accept").unstarted(this::acceptAll);
  }

  /**
   * Begins to serve.
   *
   * @param address a Unix socket, which only its owner may use, or an address of this host
   * @param exports stay the caller's to close, after this server
   * @param tls what clients have to use; may be empty for a Unix socket or a loopback address only
   * @throws IllegalArgumentException if others could read what is served
   */
  public static NbdServer listen(
      SocketAddress address, List<NbdExport> exports, Optional<NbdTls> tls) throws IOException {
    return listen(address, exports, tls, GREETING);
  }

  /**
   * As the other, with another patience.
   *
   * @param greeting how long a client may take to say what it wants
   */
  static NbdServer listen(
      SocketAddress address, List<NbdExport> exports, Optional<NbdTls> tls, Duration greeting)
      throws IOException {
    boolean unix = address instanceof UnixDomainSocketAddress;
    boolean local =
        unix
            || (address instanceof InetSocketAddress tcp
                && !tcp.isUnresolved()
                && tcp.getAddress().isLoopbackAddress());
    if (!local && tls.isEmpty()) {
      throw new IllegalArgumentException(
          "NBD without TLS is served on a Unix socket or a loopback address, not on " + address);
    }
    if (unix && tls.isPresent()) {
      throw new IllegalArgumentException("A Unix socket needs no TLS");
    }
    ServerSocketChannel socket =
        unix ? ServerSocketChannel.open(StandardProtocolFamily.UNIX) : ServerSocketChannel.open();
    try {
      socket.bind(address);
      if (address instanceof UnixDomainSocketAddress path) {
        Files.setPosixFilePermissions(path.getPath(), PosixFilePermissions.fromString("rw-------"));
      }
      NbdServer server = new NbdServer(socket, socket.getLocalAddress(), exports, tls, greeting);
      server.acceptor.start();
      return server;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** Where it listens; with the port that was chosen, if that was left open. */
  public SocketAddress address() {
    return address;
  }

  private void acceptAll() {
    while (!closed.get()) {
      try {
        SocketChannel accepted = socket.accept();
        NbdChannel channel = new NbdChannel(accepted);
        open.add(channel);
        if (open.size() > MAX_CONNECTIONS || closed.get()) {
          end(channel);
          continue;
        }
        if (address instanceof InetSocketAddress) {
          accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
          // A client whose host is gone says nothing any more; the system finds out.
          accepted.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        }
        Thread thread =
            Thread.ofPlatform().daemon().name("dozo-nbd-client").unstarted(() -> serve(channel));
        threads.add(thread);
        thread.start();
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        log.warn("an NBD client could not be let in", e);
      }
    }
  }

  private void serve(NbdChannel channel) {
    String peer = channel.peer();
    try {
      Optional<NbdHandshake.Agreed> agreed = agree(channel, peer);
      if (agreed.isPresent()) {
        transmit(channel, agreed.get());
      }
      channel.finish();
    } catch (IOException e) {
      log.info("an NBD client was lost peer={} cause={}", peer, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      log.error("an NBD connection failed peer={}", peer, e);
    } finally {
      end(channel);
      threads.remove(Thread.currentThread());
    }
  }

  /** Agrees on what to serve. Whoever takes too long is hung up on, whatever he does meanwhile. */
  private Optional<NbdHandshake.Agreed> agree(NbdChannel channel, String peer) throws IOException {
    Future<?> deadline =
        deadlines.schedule(
            () -> {
              log.warn("an NBD client does not say what it wants peer={}", peer);
              end(channel);
            },
            greeting.toMillis(),
            TimeUnit.MILLISECONDS);
    try {
      return new NbdHandshake(channel, exports, tls).run();
    } catch (SSLException e) {
      log.warn("an NBD client was refused peer={} cause={}", peer, e.getMessage());
      return Optional.empty();
    } finally {
      deadline.cancel(false);
    }
  }

  /** Serves a client by threads of its own: one that takes no answers must not hold up others. */
  private static void transmit(NbdChannel channel, NbdHandshake.Agreed agreed)
      throws IOException, InterruptedException {
    try (ExecutorService workers =
        Executors.newFixedThreadPool(
            WORKERS, Thread.ofPlatform().daemon().name("dozo-nbd-", 0).factory())) {
      new NbdTransmission(channel, agreed, workers).run();
    }
  }

  private void end(NbdChannel channel) {
    open.remove(channel);
    try {
      channel.close();
    } catch (IOException e) {
      log.debug("a connection could not be closed", e);
    }
  }

  /** Hangs up on all clients, and returns when what they asked for is done or failed. */
  @Override
  public void close() throws IOException {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    socket.close();
    if (address instanceof UnixDomainSocketAddress path) {
      Files.deleteIfExists(path.getPath());
    }
    try {
      acceptor.join();
      open.forEach(this::end);
      for (Thread thread : new ArrayList<>(threads)) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    deadlines.shutdownNow();
  }
}
