package dozo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.ErrorCode;
import dozo.protocol.Protocol;
import dozo.protocol.Secret;
import dozo.protocol.ServerAddress;
import dozo.protocol.codec.BulkFrames;
import dozo.protocol.codec.FrameDecoder;
import dozo.protocol.codec.FrameEncoder;
import dozo.protocol.message.ConnectionMessage.Failure;
import dozo.protocol.message.ConnectionMessage.Hello;
import dozo.protocol.message.ConnectionMessage.Welcome;
import dozo.protocol.message.Frame;
import dozo.protocol.message.Message;
import dozo.protocol.message.MessageType;
import dozo.protocol.message.SessionMessage.Progress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A client that says whatever it is told to, over the JDK's TLS. It keeps no rule of the protocol
 * and blocks.
 */
final class RawClient implements AutoCloseable {

  private static final int TIMEOUT_MILLISECONDS = 60_000;
  private static final int HEADER_BYTES = 12;

  private final Socket socket;
  private final EmbeddedChannel encoder = new EmbeddedChannel(new FrameEncoder());
  private final EmbeddedChannel decoder =
      new EmbeddedChannel(new FrameDecoder(MessageType::isFromServer));

  private RawClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(TIMEOUT_MILLISECONDS);
  }

  /** Connects without a word. */
  static RawClient connect(ServerAddress.Tcp address, String... protocols) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Trusting()}, null);
      SSLSocket socket =
          (SSLSocket) context.getSocketFactory().createSocket(address.host(), address.port());
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(protocols);
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return new RawClient(socket);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** Connects and says HELLO. */
  static RawClient hello(ServerAddress.Tcp address, Secret token) throws IOException {
    RawClient client = connect(address, Protocol.ALPN);
    client.send(Frame.CONNECTION, new Hello(Protocol.VERSION, "raw", token));
    assertThat(client.receive().message()).isInstanceOf(Welcome.class);
    return client;
  }

  /** Connects without TLS. */
  static RawClient plain(ServerAddress.Tcp address) throws IOException {
    return new RawClient(new Socket(address.host(), address.port()));
  }

  Socket socket() {
    return socket;
  }

  void send(int channel, Message message) throws IOException {
    encoder.writeOutbound(new Frame(channel, message));
    send(encoder.<ByteBuf>readOutbound());
  }

  void sendData(int channel, long offset, byte[] bytes) throws IOException {
    send(
        BulkFrames.data(UnpooledByteBufAllocator.DEFAULT, channel, offset, ByteBuffer.wrap(bytes)));
  }

  void sendContent(int channel, long number, int count, byte[] plain) throws IOException {
    send(
        BulkFrames.content(
            UnpooledByteBufAllocator.DEFAULT,
            channel,
            number,
            count,
            plain.length,
            false,
            ByteBuffer.wrap(plain)));
  }

  void send(ByteBuf bytes) throws IOException {
    byte[] array = new byte[bytes.readableBytes()];
    bytes.readBytes(array).release();
    send(array);
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /** The next frame. */
  Frame receive() throws IOException {
    InputStream in = socket.getInputStream();
    byte[] header = in.readNBytes(HEADER_BYTES);
    if (header.length < HEADER_BYTES) {
      throw new EOFException("The server closed the connection");
    }
    int length = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt();
    byte[] payload = in.readNBytes(length - Protocol.FRAME_OVERHEAD_BYTES);
    decoder.writeInbound(Unpooled.wrappedBuffer(header, payload));
    return decoder.readInbound();
  }

  /** The next message of that type; PROGRESS on the way is skipped. */
  <M extends Message> M expect(Class<M> type) throws IOException {
    return expectFrame(type).map(frame -> type.cast(frame.message())).orElseThrow();
  }

  private <M extends Message> Optional<Frame> expectFrame(Class<M> type) throws IOException {
    Frame frame = receive();
    while (frame.message() instanceof Progress) {
      frame = receive();
    }
    assertThat(frame.message()).isInstanceOf(type);
    return Optional.of(frame);
  }

  /** An error of that code on that channel comes next. */
  Failure expectFailure(int channel, ErrorCode code) throws IOException {
    Frame frame = expectFrame(Failure.class).orElseThrow();
    assertThat(frame.channel()).isEqualTo(channel);
    Failure failure = (Failure) frame.message();
    assertThat(failure.code()).as(failure.message()).isEqualTo(code);
    return failure;
  }

  /** Nothing comes but the end. */
  void expectClosed() throws IOException {
    try {
      InputStream in = socket.getInputStream();
      assertThat(in.read()).isEqualTo(-1);
    } catch (SocketException | SSLException e) {
      assertThat(e).isNotNull();
    }
  }

  @Override
  public void close() throws IOException {
    encoder.finishAndReleaseAll();
    decoder.finishAndReleaseAll();
    socket.close();
  }

  private static final class Trusting extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
