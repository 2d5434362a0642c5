package dozo.client.socket;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import jdk.net.ExtendedSocketOptions;

/**
 * A connection to a program of this host.
 *
 * <p>Used by one thread at a time; any may {@link #close} it, which ends the wait of the other.
 */
public final class UnixSocket implements AutoCloseable {

  /** The longest name that a socket can have on every system that has such sockets. */
  public static final int MAXIMUM_PATH_BYTES = 103;

  private final Path path;
  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;

  private UnixSocket(Path path, SocketChannel channel, Selector selector, SelectionKey key) {
    this.path = path;
    this.channel = channel;
    this.selector = selector;
    this.key = key;
  }

  /**
   * Connects.
   *
   * @throws ConnectException if nobody listens there: the program has ended
   */
  public static UnixSocket connect(Path path, Deadline deadline) throws IOException {
    if (!Files.exists(path)) {
      throw new ConnectException("There is no socket " + path);
    }
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.configureBlocking(false);
      Selector selector = Selector.open();
      try {
        UnixSocket socket = new UnixSocket(path, channel, selector, channel.register(selector, 0));
        if (!channel.connect(UnixDomainSocketAddress.of(path))) {
          do {
            socket.await(SelectionKey.OP_CONNECT, deadline);
          } while (!channel.finishConnect());
        }
        return socket;
      } catch (IOException | RuntimeException | Error e) {
        selector.close();
        throw e;
      }
    } catch (ConnectException e) {
      channel.close();
      throw (IOException) new ConnectException("Nobody listens on " + path).initCause(e);
    } catch (SocketException e) {
      channel.close();
      throw new IOException("Cannot connect to " + path + ": " + e.getMessage(), e);
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  /** Where it goes. */
  public Path path() {
    return path;
  }

  /** The user as whom the other end runs, where the system tells. */
  public Optional<UserPrincipal> peer() throws IOException {
    return channel.supportedOptions().contains(ExtendedSocketOptions.SO_PEERCRED)
        ? Optional.of(channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user())
        : Optional.empty();
  }

  /**
   * Reads what is there, or waits for something.
   *
   * @return how many bytes, at least 1
   * @throws EOFException if the other end has closed
   * @throws SocketTimeoutException if nothing came in time
   */
  public int read(ByteBuffer target, Deadline deadline) throws IOException {
    while (true) {
      int count = channel.read(target);
      if (count < 0) {
        throw new EOFException(path + " was closed by the other end");
      }
      if (count > 0) {
        return count;
      }
      await(SelectionKey.OP_READ, deadline);
    }
  }

  /** Reads until the target is full. */
  public void readFully(ByteBuffer target, Deadline deadline) throws IOException {
    while (target.hasRemaining()) {
      read(target, deadline);
    }
  }

  /** Writes all of it. */
  public void write(ByteBuffer source, Deadline deadline) throws IOException {
    while (source.hasRemaining()) {
      if (channel.write(source) == 0) {
        await(SelectionKey.OP_WRITE, deadline);
      }
    }
  }

  private void await(int operation, Deadline deadline) throws IOException {
    try {
      key.interestOps(operation);
      long millis = Math.ceilDiv(deadline.left().toNanos(), 1_000_000L);
      if (millis <= 0) {
        throw new SocketTimeoutException(path + " did not answer in time");
      }
      selector.select(millis);
      selector.selectedKeys().clear();
    } catch (ClosedSelectorException | CancelledKeyException e) {
      throw (IOException) new AsynchronousCloseException().initCause(e);
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("Interrupted while waiting for " + path);
    }
  }

  @Override
  public void close() throws IOException {
    try (selector) {
      channel.close();
    }
  }
}
