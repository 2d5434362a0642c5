package dozo.mount.nbd;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A connection. One thread reads; any may write, and what is written in one call stays together.
 */
final class NbdChannel implements Closeable {
  private final SocketChannel channel;
  private final ReentrantLock writing = new ReentrantLock();

  NbdChannel(SocketChannel channel) {
    this.channel = channel;
  }

  /** Reads so many bytes. */
  ByteBuffer read(int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new EOFException("the client is gone");
      }
    }
    return buffer.flip();
  }

  void write(ByteBuffer... parts) throws IOException {
    writing.lock();
    try {
      long left = 0;
      for (ByteBuffer part : parts) {
        left += part.remaining();
      }
      while (left > 0) {
        left -= channel.write(parts);
      }
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
