package dozo.client.nbd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that says what no server should. */
class HostileServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long SIZE = 1 << 20;
  private static final int CONTEXT = 3;

  @TempDir private Path directory;
  private ServerSocketChannel listening;
  private Path place;

  @BeforeEach
  void listen() throws IOException {
    place = directory.resolve("nbd");
    listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listening.bind(UnixDomainSocketAddress.of(place));
  }

  @AfterEach
  void close() throws IOException {
    listening.close();
  }

  /** Sends all that a client waits for up to its first request, and then an answer. */
  private void serve(byte[] answer) {
    ByteBuffer name = UTF_8.encode("base:allocation");
    ByteBuffer bytes =
        ByteBuffer.allocate(1 << 16)
            .putLong(NbdProtocol.INIT_MAGIC)
            .putLong(NbdProtocol.OPTION_MAGIC)
            .putShort((short) 3);
    reply(bytes, NbdProtocol.OPT_STRUCTURED_REPLY, NbdProtocol.REP_ACK, 0);
    reply(
        bytes,
        NbdProtocol.OPT_SET_META_CONTEXT,
        NbdProtocol.REP_META_CONTEXT,
        4 + name.remaining());
    bytes.putInt(CONTEXT).put(name);
    reply(bytes, NbdProtocol.OPT_SET_META_CONTEXT, NbdProtocol.REP_ACK, 0);
    reply(bytes, NbdProtocol.OPT_GO, NbdProtocol.REP_INFO, 12);
    bytes.putShort((short) NbdProtocol.INFO_EXPORT).putLong(SIZE).putShort((short) 0);
    reply(bytes, NbdProtocol.OPT_GO, NbdProtocol.REP_ACK, 0);
    send(bytes.put(answer).flip());
  }

  private static void reply(ByteBuffer bytes, int option, int type, int length) {
    bytes.putLong(NbdProtocol.OPTION_REPLY_MAGIC).putInt(option).putInt(type).putInt(length);
  }

  private void send(ByteBuffer bytes) {
    Thread.ofVirtual()
        .start(() -> {
          try (SocketChannel client = listening.accept()) {
            while (bytes.hasRemaining()) {
              client.write(bytes);
            }
            client.shutdownOutput();
            ByteBuffer heard = ByteBuffer.allocate(4096);
            while (client.read(heard.clear()) >= 0) {}
          } catch (IOException e) {
            // The client had enough.
          }
        });
  }

  private static byte[] chunk(int flags, int type, int length, byte[] payload) {
    return ByteBuffer.allocate(NbdProtocol.CHUNK_BYTES + payload.length)
        .putInt(NbdProtocol.STRUCTURED_REPLY_MAGIC)
        .putShort((short) flags)
        .putShort((short) type)
        .putLong(1)
        .putInt(length)
        .put(payload)
        .array();
  }

  private NbdClient open() throws IOException {
    return NbdClient.open(place, "disk", Optional.of("base:allocation"), 1, PATIENCE);
  }

  private void failsToRead(byte[] answer, String why) throws IOException {
    serve(answer);
    try (NbdClient client = open()) {
      assertThatThrownBy(() -> client.read(0, ByteBuffer.allocate(4096)))
          .isInstanceOf(NbdException.class)
          .hasMessageContaining(why);
      // Nobody knows where the next reply begins.
      assertThatThrownBy(() -> client.read(0, ByteBuffer.allocate(512)))
          .isInstanceOf(NbdException.class);
    }
  }

  private static byte[] data(long offset, int length) {
    return ByteBuffer.allocate(8 + length).putLong(offset).array();
  }

  @Test
  void refusesDataThatWasNotAskedFor() throws Exception {
    failsToRead(chunk(1, NbdProtocol.REPLY_OFFSET_DATA, 8 + 512, data(4096, 512)), "not asked for");
  }

  @Test
  void refusesLessDataThanWasAskedFor() throws Exception {
    failsToRead(chunk(1, NbdProtocol.REPLY_OFFSET_DATA, 8 + 512, data(0, 512)), "it sent 512");
  }

  @Test
  void refusesDataTwice() throws Exception {
    byte[] first = chunk(0, NbdProtocol.REPLY_OFFSET_DATA, 8 + 1024, data(0, 1024));
    byte[] second = chunk(1, NbdProtocol.REPLY_OFFSET_DATA, 8 + 1024, data(512, 1024));
    failsToRead(
        ByteBuffer.allocate(first.length + second.length).put(first).put(second).array(), "twice");
  }

  @Test
  void refusesAHoleLargerThanTheRequest() throws Exception {
    byte[] hole = ByteBuffer.allocate(12).putLong(0).putInt(-1).array();
    failsToRead(chunk(1, NbdProtocol.REPLY_OFFSET_HOLE, 12, hole), "not asked for");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MAX_VALUE, NbdProtocol.MAXIMUM_READ + 9})
  void refusesALengthBeforeItMakesRoom(int length) throws Exception {
    failsToRead(chunk(1, NbdProtocol.REPLY_OFFSET_DATA, length, new byte[0]), "bytes");
  }

  @Test
  void refusesAnExtentOfNothing() throws Exception {
    byte[] list = ByteBuffer.allocate(12).putInt(CONTEXT).putInt(0).putInt(0).array();
    serve(chunk(1, NbdProtocol.REPLY_BLOCK_STATUS, 12, list));
    try (NbdClient client = open()) {
      assertThatThrownBy(() -> client.status(0)).hasMessageContaining("an extent of 0 bytes");
    }
  }

  @Test
  void endsAnExtentWhereTheExportEnds() throws Exception {
    byte[] list = ByteBuffer.allocate(12).putInt(CONTEXT).putInt(-1).putInt(3).array();
    serve(chunk(1, NbdProtocol.REPLY_BLOCK_STATUS, 12, list));
    try (NbdClient client = open()) {
      assertThat(client.status(512)).containsExactly(new NbdExtent(512, SIZE - 512, 3));
    }
  }

  @Test
  void passesOnWhatTheServerSaysOfAnError() throws Exception {
    byte[] error =
        ByteBuffer.allocate(6 + 4).putInt(5).putShort((short) 4).put(UTF_8.encode("full")).array();
    serve(chunk(1, NbdProtocol.REPLY_ERROR, error.length, error));
    try (NbdClient client = open()) {
      assertThatThrownBy(() -> client.read(0, ByteBuffer.allocate(4096)))
          .isInstanceOfSatisfying(NbdException.class, e -> assertThat(e.error()).isEqualTo(5))
          .hasMessageContaining("full");
    }
  }

  @Test
  void givesASilentServerUp() throws Exception {
    Thread.ofVirtual()
        .start(() -> {
          try (SocketChannel client = listening.accept()) {
            ByteBuffer heard = ByteBuffer.allocate(64);
            while (client.read(heard.clear()) >= 0) {}
          } catch (IOException e) {
            // The client had enough.
          }
        });
    assertThatThrownBy(() ->
            NbdClient.open(place, "disk", Optional.empty(), 1, Duration.ofMillis(200)).close())
        .isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void anyBytesAreAnErrorAndNothingElse() throws Exception {
    long seed = 11;
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      // Half of them get past the first look.
      byte[] answer =
          random.nextBoolean()
              ? noise
              : chunk(random.nextInt(2), random.nextInt(8), noise.length, noise);
      serve(answer);
      try (NbdClient client = open()) {
        assertThatThrownBy(() -> client.read(0, ByteBuffer.allocate(4096)))
            .as("seed %d, round %d", seed, i)
            .isInstanceOf(IOException.class);
      }
    }
  }
}
