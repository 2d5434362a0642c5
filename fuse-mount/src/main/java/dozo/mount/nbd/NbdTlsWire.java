package dozo.mount.nbd;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLSocket;

/**
 * The bytes of a connection within TLS. What is written in one call fills as few records as it can:
 * each costs a system call and a tag.
 */
final class NbdTlsWire implements NbdWire {
  /** The longest that a record of TLS may hold (RFC 8446, section 5.1). */
  private static final int RECORD_BYTES = 16 << 10;

  private final SSLSocket socket;
  private final InputStream in;
  private final OutputStream out;
  private final byte[] received = new byte[RECORD_BYTES];
  private final byte[] sent = new byte[RECORD_BYTES];

  /** Takes a socket whose handshake is done. */
  NbdTlsWire(SSLSocket socket) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
  }

  @Override
  public void read(ByteBuffer target) throws IOException {
    while (target.hasRemaining()) {
      int count = in.read(received, 0, Math.min(received.length, target.remaining()));
      if (count < 0) {
        throw NbdWire.gone();
      }
      target.put(received, 0, count);
    }
  }

  @Override
  public void write(ByteBuffer... parts) throws IOException {
    int filled = 0;
    for (ByteBuffer part : parts) {
      while (part.hasRemaining()) {
        int count = Math.min(part.remaining(), RECORD_BYTES - filled);
        part.get(sent, filled, count);
        filled += count;
        if (filled == RECORD_BYTES) {
          out.write(sent, 0, filled);
          filled = 0;
        }
      }
    }
    if (filled > 0) {
      out.write(sent, 0, filled);
    }
  }

  @Override
  public void finish() throws IOException {
    socket.close();
  }
}
