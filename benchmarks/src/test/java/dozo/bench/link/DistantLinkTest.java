package dozo.bench.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DistantLinkTest {

  private static final int DELAY_MILLIS = 40;

  @TempDir Path directory;

  /** Sends back what comes, each byte changed in its last bit, once it has ended. */
  private static void answer(ServerSocket listener) {
    try (Socket socket = listener.accept()) {
      byte[] bytes = socket.getInputStream().readAllBytes();
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] ^= 1;
      }
      socket.getOutputStream().write(bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void carriesEverythingInOrderLaterAndNoFaster() throws Exception {
    byte[] sent = new byte[3_000_001];
    new Random(1).nextBytes(sent);
    Path counter = directory.resolve("counter");
    long bytesPerSecond = 20_000_000;
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        DistantLink link =
            new DistantLink(DELAY_MILLIS, bytesPerSecond, listener.getLocalPort(), counter)) {
      CompletableFuture<Void> server = CompletableFuture.runAsync(() -> answer(listener));
      long begun = System.nanoTime();
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), link.port())) {
        socket.getOutputStream().write(sent);
        socket.shutdownOutput();
        InputStream in = socket.getInputStream();
        int first = in.read();
        long tookNanos = System.nanoTime() - begun;
        assertThat(first).isEqualTo((sent[0] ^ 1) & 0xff);
        long leastNanos = 1_000_000_000L * sent.length / bytesPerSecond + 2_000_000L * DELAY_MILLIS;
        assertThat(tookNanos).as("a bound that the link guarantees").isGreaterThan(leastNanos);
        byte[] rest = in.readAllBytes();
        assertThat(rest).hasSize(sent.length - 1);
        for (int i = 0; i < rest.length; i++) {
          rest[i] ^= 1;
        }
        assertThat(rest).isEqualTo(Arrays.copyOfRange(sent, 1, sent.length));
      }
      server.join();
      await().until(() -> Files.exists(counter) && Files.size(counter) > 0);
      assertThat(Files.readString(counter)).isEqualTo(sent.length + "\n");
    }
  }

  @Test
  void endsAConnectionWhoseServerIsNotThere() throws Exception {
    int nobody;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = closed.getLocalPort();
    }
    try (DistantLink link =
            new DistantLink(DELAY_MILLIS, 1_000_000, nobody, directory.resolve("counter"));
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), link.port())) {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }
}
