package dozo.mount.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a server does with clients that wait, or let it wait. */
@Timeout(60)
class NbdServerTest {
  private static final int READ_BYTES = 4 << 20;
  private static final PatternExport DISK = new PatternExport("disk0", 64 << 20);

  @TempDir private Path directory;
  private UnixDomainSocketAddress address;
  private NbdServer server;

  @BeforeEach
  void listen() throws IOException {
    address = UnixDomainSocketAddress.of(directory.resolve("nbd"));
    server = NbdServer.listen(address, List.of(DISK), Optional.empty());
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  private NbdChannel connect() throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(address);
    NbdChannel connected = new NbdChannel(channel);
    connected.read(18);
    return connected;
  }

  /** Chooses the first disk in the oldest way. */
  private static void choose(NbdChannel client) throws IOException {
    client.write(
        ByteBuffer.allocate(20)
            .putInt(NbdProtocol.FLAG_FIXED_NEWSTYLE | NbdProtocol.FLAG_NO_ZEROES)
            .putLong(NbdProtocol.OPTION_MAGIC)
            .putInt(NbdProtocol.OPT_EXPORT_NAME)
            .putInt(0)
            .flip());
    assertThat(client.read(10).getLong()).isEqualTo(DISK.sizeBytes());
  }

  private static void ask(NbdChannel client, long offset, int length) throws IOException {
    client.write(
        ByteBuffer.allocate(28)
            .putInt(NbdProtocol.REQUEST_MAGIC)
            .putShort((short) 0)
            .putShort((short) NbdProtocol.CMD_READ)
            .putLong(7)
            .putLong(offset)
            .putInt(length)
            .flip());
  }

  @Test
  void hangsUpOnAClientThatDoesNotSayWhatItWants() throws Exception {
    UnixDomainSocketAddress other = UnixDomainSocketAddress.of(directory.resolve("hasty"));
    try (NbdServer hasty =
            NbdServer.listen(other, List.of(DISK), Optional.empty(), Duration.ofMillis(200));
        SocketChannel channel = SocketChannel.open(other)) {
      assertThat(hasty.address()).isEqualTo(other);
      NbdChannel client = new NbdChannel(channel);
      client.read(18);
      assertThatThrownBy(() -> client.read(1)).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void letsAClientWaitThatHasSaidWhatItWants() throws Exception {
    UnixDomainSocketAddress other = UnixDomainSocketAddress.of(directory.resolve("hasty"));
    try (NbdServer hasty =
            NbdServer.listen(other, List.of(DISK), Optional.empty(), Duration.ofMillis(500));
        SocketChannel chosen = SocketChannel.open(other);
        SocketChannel silent = SocketChannel.open(other)) {
      assertThat(hasty.address()).isEqualTo(other);
      NbdChannel client = new NbdChannel(chosen);
      client.read(18);
      choose(client);
      NbdChannel waiting = new NbdChannel(silent);
      waiting.read(18);
      // It came later and was hung up on, so the time of the one before is over as well.
      assertThatThrownBy(() -> waiting.read(1)).isInstanceOf(EOFException.class);
      ask(client, 0, 16);
      assertThat(client.read(32).position(16).get()).isEqualTo(PatternExport.at(0));
    }
  }

  @Test
  void servesOthersWhileAClientTakesNoAnswers() throws Exception {
    try (NbdChannel greedy = connect();
        NbdChannel modest = connect()) {
      choose(greedy);
      for (int i = 0; i < 16; i++) {
        ask(greedy, 0, READ_BYTES);
      }
      choose(modest);
      ask(modest, 4096, 512);
      ByteBuffer answer = modest.read(16 + 512);
      assertThat(answer.getInt()).isEqualTo(NbdProtocol.SIMPLE_REPLY_MAGIC);
      assertThat(answer.position(16).get()).isEqualTo(PatternExport.at(4096));
    }
  }

  @Test
  void refusesWhereOthersCouldListen() {
    InetSocketAddress everywhere = new InetSocketAddress(0);
    assertThatThrownBy(() -> NbdServer.listen(everywhere, List.of(DISK), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("without TLS");
  }

  @Test
  void listensOnLoopbackWithoutTls() throws Exception {
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (NbdServer tcp = NbdServer.listen(loopback, List.of(DISK), Optional.empty());
        SocketChannel channel = SocketChannel.open(tcp.address())) {
      NbdChannel client = new NbdChannel(channel);
      client.read(18);
      choose(client);
      ask(client, 1, 1);
      assertThat(client.read(17).get(16)).isEqualTo(PatternExport.at(1));
    }
  }
}
