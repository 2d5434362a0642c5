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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves exports on a Unix socket or a loopback address.
 *
 * <p>Safe for use by many threads.
 */
public final class NbdServer implements Closeable {
  private static final Logger log = LoggerFactory.getLogger(NbdServer.class);
  private static final int MAX_CONNECTIONS = 64;
  private static final int WORKERS = 8;

  private final ServerSocketChannel socket;
  private final SocketAddress address;
  private final List<NbdExport> exports;
  private final Set<NbdChannel> open = ConcurrentHashMap.newKeySet();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final ExecutorService workers =
      Executors.newFixedThreadPool(
          WORKERS, Thread.ofPlatform().daemon().name("dozo-nbd-", 0).factory());
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Thread acceptor;

  private NbdServer(ServerSocketChannel socket, SocketAddress address, List<NbdExport> exports) {
    this.socket = socket;
    this.address = address;
    this.exports = List.copyOf(exports);
    this.acceptor = Thread.ofPlatform().daemon().name("dozo-nbd-accept").unstarted(this::acceptAll);
  }

  /**
   * Begins to serve.
   *
   * @param address a Unix socket, which only its owner may use, or a loopback address
   * @param exports stay the caller's to close, after this server
   * @throws IllegalArgumentException if the address is neither
   */
  public static NbdServer listen(SocketAddress address, List<NbdExport> exports)
      throws IOException {
    boolean unix = address instanceof UnixDomainSocketAddress;
    if (!unix
        && !(address instanceof InetSocketAddress tcp
            && !tcp.isUnresolved()
            && tcp.getAddress().isLoopbackAddress())) {
      throw new IllegalArgumentException(
          "NBD is served on a Unix socket or a loopback address, not on "
              + address
              + ": it has neither passwords nor encryption; use an SSH tunnel from elsewhere");
    }
    ServerSocketChannel socket =
        unix ? ServerSocketChannel.open(StandardProtocolFamily.UNIX) : ServerSocketChannel.open();
    try {
      socket.bind(address);
      if (address instanceof UnixDomainSocketAddress path) {
        Files.setPosixFilePermissions(path.getPath(), PosixFilePermissions.fromString("rw-------"));
      }
      NbdServer server = new NbdServer(socket, socket.getLocalAddress(), exports);
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
    try {
      Optional<NbdHandshake.Agreed> agreed = new NbdHandshake(channel, exports).run();
      if (agreed.isPresent()) {
        new NbdTransmission(channel, agreed.get(), workers).run();
      }
    } catch (IOException e) {
      log.info("an NBD client was lost cause={}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      log.error("an NBD connection failed", e);
    } finally {
      end(channel);
      threads.remove(Thread.currentThread());
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
    workers.close();
  }
}
