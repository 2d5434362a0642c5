package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A client of NBD's negotiation that says whatever it is told to. */
final class NbdProbe implements AutoCloseable {
  static final int FIXED_NEWSTYLE = 1;
  static final int EXPORT_NAME = 1;
  static final int ABORT = 2;
  static final int LIST = 3;
  static final int STARTTLS = 5;
  static final int GO = 7;
  static final int STRUCTURED_REPLY = 8;
  static final int ACK = 1;
  static final int INVALID = 0x80000003;
  static final int TLS_REQUIRED = 0x80000005;

  private static final long OPTION_MAGIC = 0x49484156454F5054L;
  private static final long REPLY_MAGIC = 0x0003E889045565A9L;
  private static final int TIMEOUT_MILLISECONDS = 20_000;

  private Socket socket;
  private DataInputStream in;

  private NbdProbe(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(TIMEOUT_MILLISECONDS);
    this.in = new DataInputStream(socket.getInputStream());
  }

  /**
   * An answer.
   *
   * @param length how much came with it
   */
  record Reply(int type, int length) {}

  static NbdProbe connect(int port) throws IOException {
    return connect(InetAddress.getLoopbackAddress(), port);
  }

  static NbdProbe connect(InetAddress host, int port) throws IOException {
    return new NbdProbe(new Socket(host, port));
  }

  /** Takes the server's greeting and answers with flags. */
  void greet(int flags) throws IOException {
    in.readFully(new byte[18]);
    new DataOutputStream(socket.getOutputStream()).writeInt(flags);
  }

  /** Sends an option and what comes with it. */
  void send(int option, byte[] data) throws IOException {
    socket.getOutputStream().write(encoded(option, data).array());
  }

  /** Sends two options at once. */
  void send(int first, byte[] firstData, int second, byte[] secondData) throws IOException {
    byte[] one = encoded(first, firstData).array();
    byte[] two = encoded(second, secondData).array();
    socket
        .getOutputStream()
        .write(ByteBuffer.allocate(one.length + two.length).put(one).put(two).array());
  }

  private static ByteBuffer encoded(int option, byte[] data) {
    return ByteBuffer.allocate(16 + data.length)
        .putLong(OPTION_MAGIC)
        .putInt(option)
        .putInt(data.length)
        .put(data);
  }

  /** Sends an option and returns the first answer. */
  Reply option(int option, byte... data) throws IOException {
    send(option, data);
    return reply();
  }

  Reply reply() throws IOException {
    assertThat(in.readLong()).isEqualTo(REPLY_MAGIC);
    in.readInt();
    Reply reply = new Reply(in.readInt(), in.readInt());
    in.readFully(new byte[reply.length()]);
    return reply;
  }

  /**
   * Goes on within TLS.
   *
   * @param versions of TLS, such as {@code TLSv1.2}; none for all that Java knows
   */
  void secure(SSLContext context, String... versions) throws IOException {
    SSLSocket secured =
        (SSLSocket)
            context.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true);
    if (versions.length > 0) {
      secured.setEnabledProtocols(versions);
    }
    secured.startHandshake();
    socket = secured;
    in = new DataInputStream(secured.getInputStream());
  }

  /** Nothing comes but the end. */
  void expectClosed() throws IOException {
    try {
      assertThat(in.read()).isEqualTo(-1);
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  /** Whatever comes before the end, which is to come, is no answer to an option. */
  void expectNoReply() throws IOException {
    try {
      assertThat(in.readLong()).isNotEqualTo(REPLY_MAGIC);
      in.readAllBytes();
    } catch (EOFException | SocketException e) {
      assertThat(e).isNotNull();
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
