package dozo.mount.nbd;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A connection. One thread reads; any may write, and what is written in one call stays together.
 * Any may close it, which ends whatever the others are waiting for.
 */
final class NbdChannel implements Closeable {
  private final SocketChannel channel;
  private final ReentrantLock writing = new ReentrantLock();

  /** Changed by the reading thread while nobody else writes yet. */
  private NbdWire wire;

  NbdChannel(SocketChannel channel) {
    this.channel = channel;
    this.wire = new NbdWire.Plain(channel);
  }

  /** Reads so many bytes. */
  ByteBuffer read(int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    wire.read(buffer);
    return buffer.flip();
  }

  void write(ByteBuffer... parts) throws IOException {
    writing.lock();
    try {
      wire.write(parts);
    } finally {
      writing.unlock();
    }
  }

  /**
   * Takes and sends everything within TLS from now on. Not one byte of what the client sent before
   * was read ahead, so nothing that was sent in the clear can pass for more.
   *
   * @throws IOException if the client cannot prove who it is, or does not speak TLS
   */
  void startTls(NbdTls tls) throws IOException {
    wire = new NbdTlsWire(tls.handshake(channel.socket()));
  }

  /** Says good-bye, when the client has done so and nothing is under way any more. */
  void finish() throws IOException {
    writing.lock();
    try {
      wire.finish();
    } finally {
      writing.unlock();
    }
  }

  /** Whether nobody on this side has closed it. */
  boolean isOpen() {
    return channel.isOpen();
  }

  /** Whoever is at the other end, for people. */
  String peer() {
    try {
      String peer = String.valueOf(channel.getRemoteAddress());
      return peer.isEmpty() ? "local" : peer;
    } catch (IOException e) {
      return "gone";
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
