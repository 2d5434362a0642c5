package dozo.mount.nbd;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** The bytes of a connection, as they are or within TLS. One thread reads, and one writes. */
sealed interface NbdWire permits NbdWire.Plain, NbdTlsWire {

  /** Fills the target. */
  void read(ByteBuffer target) throws IOException;

  /** Writes all of the parts, one after the other. */
  void write(ByteBuffer... parts) throws IOException;

  /** Says good-bye, when nothing is to be sent any more. */
  void finish() throws IOException;

  static EOFException gone() {
    return new EOFException("the client is gone");
  }

  /** As they are. */
  record Plain(SocketChannel channel) implements NbdWire {
    @Override
    public void read(ByteBuffer target) throws IOException {
      while (target.hasRemaining()) {
        if (channel.read(target) < 0) {
          throw gone();
        }
      }
    }

    @Override
    public void write(ByteBuffer... parts) throws IOException {
      long left = 0;
      for (ByteBuffer part : parts) {
        left += part.remaining();
      }
      while (left > 0) {
        left -= channel.write(parts);
      }
    }

    @Override
    public void finish() {}
  }
}
