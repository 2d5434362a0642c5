package dozo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a server says when it cannot start. */
@ExtendWith(LeakCheck.class)
class StartIT {

  @TempDir Path directory;

  @Test
  void saysWhichAddressIsTaken() throws IOException {
    try (ServerFixture fixture = ServerFixture.start(directory);
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      InetSocketAddress address = (InetSocketAddress) taken.getLocalSocketAddress();
      InetSocketAddress free = new InetSocketAddress(address.getAddress(), 0);
      ServerConfiguration standard =
          ServerConfiguration.standard(directory.resolve("second")).withListen(free);
      for (ServerConfiguration configuration :
          new ServerConfiguration[] {
            standard.withListen(address).withAdmin(Optional.empty()),
            standard.withAdmin(Optional.of(address))
          }) {
        assertThatExceptionOfType(BindException.class)
            .isThrownBy(() -> start(configuration, fixture))
            .withMessageContaining(String.valueOf(taken.getLocalPort()))
            .withMessageContaining("What to do:");
      }
    }
  }

  private static DozoServer start(ServerConfiguration configuration, ServerFixture fixture)
      throws IOException {
    return DozoServer.start(
        configuration, fixture.repository(), Clock.systemUTC(), new SecureRandom());
  }

  @Test
  void touchesNoFileThatIsNoSocket() throws IOException {
    Path file = Files.writeString(directory.resolve("dozo.sock"), "precious");
    assertThatExceptionOfType(BindException.class)
        .isThrownBy(() ->
            ServerFixture.start(
                directory.resolve("one"), settings -> settings.withUnixSocket(file)))
        .withMessageContaining("dozo.sock");
    assertThat(file).hasContent("precious");
  }

  @Test
  void takesTheSocketOfADeadServerAndOfNoOther() throws IOException {
    Path file = directory.resolve("dozo.sock");
    try (ServerFixture fixture =
        ServerFixture.start(directory.resolve("one"), settings -> settings.withUnixSocket(file))) {
      ServerConfiguration second =
          ServerConfiguration.standard(directory.resolve("second"))
              .withListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .withAdmin(Optional.empty())
              .withUnixSocket(file);
      assertThatExceptionOfType(BindException.class)
          .isThrownBy(() -> start(second, fixture))
          .withMessageContaining("Another server");
      assertThat(file).exists();
    }
    assertThat(file).doesNotExist();
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(file));
    }
    assertThat(file).exists();
    ServerFixture.start(directory.resolve("two"), settings -> settings.withUnixSocket(file))
        .close();
  }
}
