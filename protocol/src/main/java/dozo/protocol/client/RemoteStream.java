package dozo.protocol.client;

import dozo.protocol.codec.BulkFrames;
import dozo.protocol.message.ConnectionMessage.Failure;
import dozo.protocol.message.Message;
import dozo.protocol.message.SessionMessage.Check;
import dozo.protocol.message.SessionMessage.Credit;
import dozo.protocol.message.SessionMessage.EndStream;
import dozo.protocol.message.SessionMessage.Keep;
import dozo.protocol.message.SessionMessage.StreamGrant;
import dozo.protocol.message.SessionMessage.Wanted;
import dozo.protocol.message.SessionMessage.Zero;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One disk or configuration file on its way to the server, from its first byte to its last.
 *
 * <p>Used by one thread at a time; the streams of a session may go side by side. Sending blocks
 * while the server has given no credit. When sending has returned, the bytes have not necessarily
 * arrived: only the session's receipt says that.
 */
public final class RemoteStream {

  /**
   * Small enough for Netty to keep its buffers in a pool, large enough for its costs not to show.
   */
  private static final int FRAME_BYTES = 256 << 10;

  private final ClientLink link;
  private final StreamGrant grant;
  private final CreditGate credit;

  /** Written by the thread that announces, and read by it and the one that goes on with bytes. */
  private volatile long offset;

  private volatile @Nullable RemoteChunks chunks;

  RemoteStream(ClientLink link, RemoteSession session, StreamGrant grant) {
    this.link = link;
    this.grant = grant;
    this.offset = grant.offset();
    this.credit = new CreditGate(grant.creditBytes());
    link.listen(
        grant.channel(),
        new Receiver() {
          @Override
          public void receive(Message message) {
            switch (message) {
              case Credit more -> credit.give(more.bytes());
              case Wanted answer when chunks != null -> chunks.wanted(answer);
              case Failure failure -> session.fail(Faults.of(failure));
              default -> session.fail(RemoteSession.unexpected(message));
            }
          }

          @Override
          public void lost(IOException cause) {
            session.fail(cause);
          }
        });
  }

  /** The name of the disk or file. */
  public String name() {
    return grant.name();
  }

  /** Where the next byte belongs. After a session was resumed it need not be 0 at first. */
  public long offset() {
    return offset;
  }

  /**
   * Sends a copy of the next bytes.
   *
   * @param bytes consumed from position to limit
   * @throws IOException if the session has failed; how much was sent is for the server to say
   */
  public void data(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      int length = credit.takeForData(Math.min(bytes.remaining(), FRAME_BYTES));
      ByteBuffer part = bytes.slice(bytes.position(), length);
      link.send(BulkFrames.data(link.channel().alloc(), grant.channel(), offset, part));
      bytes.position(bytes.position() + length);
      advance(offset + length);
    }
  }

  /**
   * Sends the next bytes from where they are.
   *
   * @param bytes a direct buffer, whose bytes from position to limit stay as they are until {@code
   *     sent} runs
   * @param sent runs once, on any thread, when they are needed no more, sent or not
   * @throws IOException if the session has failed; how much was sent is for the server to say
   */
  public void data(ByteBuffer bytes, Runnable sent) throws IOException {
    AtomicInteger underWay = new AtomicInteger(1);
    Runnable done =
        () -> {
          if (underWay.decrementAndGet() == 0) {
            sent.run();
          }
        };
    try {
      int end = bytes.limit();
      for (int at = bytes.position(); at < end; ) {
        int length = credit.takeForData(Math.min(end - at, FRAME_BYTES));
        underWay.incrementAndGet();
        ByteBuffer part = bytes.slice(at, length);
        link.send(
            BulkFrames.dataAround(link.channel().alloc(), grant.channel(), offset, part), done);
        at += length;
        advance(offset + length);
      }
    } finally {
      done.run();
    }
  }

  /**
   * Says that the next bytes are zeros. Costs nearly nothing, however many they are.
   *
   * @param length how many, at least 1
   * @throws IOException if the session has failed
   */
  public void zeros(long length) throws IOException {
    if (length < 1) {
      throw new IllegalArgumentException("A range of zeros has at least 1 byte, not " + length);
    }
    credit.takeForZero();
    link.send(grant.channel(), new Zero(offset, length));
    advance(offset + length);
  }

  /** The size of the base that ranges may be kept from, in bytes; 0 if there is none. */
  public long baseBytes() {
    return grant.baseBytes();
  }

  /** Why nothing can be kept from the base that was asked for; empty if it can, or none was. */
  public Optional<String> noBase() {
    return Optional.ofNullable(grant.noBase());
  }

  /**
   * Says that the next bytes are as in the base. Costs nearly nothing, however many they are.
   *
   * @param length how many, at least 1
   * @throws IOException if the session has failed
   */
  public void keep(long length) throws IOException {
    if (length < 1) {
      throw new IllegalArgumentException("A range that is kept has at least 1 byte, not " + length);
    }
    credit.takeForZero();
    link.send(grant.channel(), new Keep(offset, length));
    advance(offset + length);
  }

  /**
   * Lets the server compare a range that is kept with the base. If they differ the session fails.
   *
   * @param at where the range begins
   * @param bytes what it holds, up to 1 MiB, consumed from position to limit
   * @throws IOException if the session has failed
   */
  public void check(long at, ByteBuffer bytes) throws IOException {
    int length = bytes.remaining();
    credit.takeForZero();
    link.send(grant.channel(), new Check(at, length, sha256(bytes)));
  }

  private static String sha256(ByteBuffer bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256", e);
    }
  }

  /**
   * Ends the stream. All that was announced must have been sent.
   *
   * @throws IOException if the session has failed
   */
  public void end() throws IOException {
    credit.check();
    link.send(grant.channel(), new EndStream(offset));
  }

  /** Whether {@link #chunks} may be used: not any more once bytes were sent. */
  public boolean takesChunks() {
    return grant.source();
  }

  /**
   * Begins to announce chunks from the offset on, in place of sending bytes. When all that is
   * wanted has been sent the stream can go on with bytes.
   *
   * @param listener hears the answers
   */
  public RemoteChunks chunks(WantedListener listener) {
    if (!grant.source()) {
      throw new IllegalStateException("Stream " + name() + " does not take chunks");
    }
    RemoteChunks announced = new RemoteChunks(link, grant.channel(), credit, this, listener);
    chunks = announced;
    @Nullable IOException cause = credit.failure();
    if (cause != null) {
      listener.failed(cause);
    }
    return announced;
  }

  void advance(long to) {
    offset = to;
  }

  void fail(IOException cause) {
    credit.fail(cause);
    RemoteChunks announced = chunks;
    if (announced != null) {
      announced.failed(cause);
    }
  }

  void forget() {
    link.forget(grant.channel());
  }
}
