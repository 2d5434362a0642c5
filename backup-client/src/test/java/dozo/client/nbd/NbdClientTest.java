package dozo.client.nbd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against qemu-nbd, which is the server of qemu. */
class NbdClientTest {
  private static final int MIB = 1 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String DIRTY = "qemu:dirty-bitmap:b1";
  private static final String ALLOCATION = "base:allocation";

  @TempDir private Path directory;
  private Path socket;
  private Process server;

  /** A disk of 8 MiB: 1 MiB of 0x5a at 1 MiB, and at 4 MiB 64 KiB which a bitmap has noted. */
  @BeforeEach
  void serve() throws Exception {
    assumeThat(Path.of("/usr/bin/qemu-nbd")).as("without it NBD is NOT tested").isExecutable();
    String image = directory.resolve("disk.qcow2").toString();
    socket = directory.resolve("nbd");
    run("qemu-img", "create", "-q", "-f", "qcow2", image, "8M");
    run("qemu-io", "-f", "qcow2", "-c", "write -P 0x5a 1M 1M", image);
    run("qemu-img", "bitmap", "--add", image, "b1");
    run("qemu-io", "-f", "qcow2", "-c", "write -P 0x77 4M 64k", image);
    server =
        new ProcessBuilder(
                "qemu-nbd",
                "-r",
                "-t",
                "-e",
                "8",
                "-f",
                "qcow2",
                "-k",
                socket.toString(),
                "-x",
                "disk",
                "-B",
                "b1",
                image)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    await().atMost(PATIENCE).until(() -> Files.exists(socket));
  }

  @AfterEach
  void stop() throws Exception {
    if (server != null) {
      server.destroyForcibly().waitFor();
    }
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private NbdClient open(String context, int connections) throws IOException {
    return NbdClient.open(socket, "disk", Optional.of(context), connections, PATIENCE);
  }

  private static byte[] expected() {
    byte[] disk = new byte[8 * MIB];
    Arrays.fill(disk, MIB, 2 * MIB, (byte) 0x5a);
    Arrays.fill(disk, 4 * MIB, 4 * MIB + (64 << 10), (byte) 0x77);
    return disk;
  }

  @Test
  void readsData() throws Exception {
    try (NbdClient client = open(ALLOCATION, 1)) {
      assertThat(client.sizeBytes()).isEqualTo(8 * MIB);
      ByteBuffer whole = ByteBuffer.allocate(8 * MIB);
      client.read(0, whole);
      assertThat(whole.hasRemaining()).isFalse();
      assertThat(whole.array()).isEqualTo(expected());
    }
  }

  @Test
  void readsFromSeveralThreadsOverSeveralConnections() throws Exception {
    byte[] disk = expected();
    long seed = 7;
    Random random = new Random(seed);
    try (NbdClient client = open(ALLOCATION, 4);
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      assertThat(client.connections()).isEqualTo(4);
      List<Future<?>> reads = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        int offset = random.nextInt(disk.length - 1);
        int length = 1 + random.nextInt(Math.min(300_000, disk.length - offset));
        reads.add(
            threads.submit(() -> {
              ByteBuffer target = ByteBuffer.allocate(length);
              client.read(offset, target);
              assertThat(target.array())
                  .as("seed %d, %d bytes at %d", seed, length, offset)
                  .isEqualTo(Arrays.copyOfRange(disk, offset, offset + length));
              return null;
            }));
      }
      for (Future<?> read : reads) {
        read.get();
      }
    }
  }

  @Test
  void tellsWhatIsAllocated() throws Exception {
    try (NbdClient client = open(ALLOCATION, 1)) {
      long at = 0;
      long data = 0;
      while (at < client.sizeBytes()) {
        for (NbdExtent extent : client.status(at)) {
          assertThat(extent.offset()).isEqualTo(at);
          data += extent.has(NbdExtent.ZERO) ? 0 : extent.lengthBytes();
          at = extent.end();
        }
      }
      assertThat(data).isEqualTo(MIB + (64 << 10));
      assertThat(client.status(MIB + 5000).getFirst())
          .isEqualTo(new NbdExtent(MIB + 5000, MIB - 5000, 0));
    }
  }

  @Test
  void tellsWhatIsDirty() throws Exception {
    try (NbdClient client = open(DIRTY, 1)) {
      assertThat(client.hasContext()).isTrue();
      assertThat(client.status(0).stream().filter(each -> each.has(NbdExtent.DIRTY)).toList())
          .containsExactly(new NbdExtent(4 * MIB, 64 << 10, NbdExtent.DIRTY));
    }
  }

  @Test
  void tellsWhatIsNotThere() throws Exception {
    try (NbdClient client = open("qemu:dirty-bitmap:another", 1)) {
      assertThat(client.hasContext()).isFalse();
    }
    assertThatThrownBy(
            () -> NbdClient.open(socket, "nothing", Optional.empty(), 1, PATIENCE).close())
        .isInstanceOf(NbdException.class)
        .hasMessageContaining("refuses");
  }

  @Test
  void aServerThatEndsIsAnErrorAndNotAWait() throws Exception {
    try (NbdClient client = open(ALLOCATION, 2)) {
      server.destroyForcibly().waitFor();
      assertThatThrownBy(() -> client.read(0, ByteBuffer.allocate(4096)))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> client.read(0, ByteBuffer.allocate(4096)))
          .isInstanceOf(IOException.class);
    }
  }
}
