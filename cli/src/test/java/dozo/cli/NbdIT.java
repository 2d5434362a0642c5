package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dozo.cli.quickstart.Tool;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are served by NBD to programs that nobody here wrote. */
class NbdIT {
  @TempDir private Path directory;
  private ServedDisk served;
  private Path socket;

  @BeforeEach
  void backUp() throws Exception {
    assumeThat(Tool.find("qemu-io")).as("without qemu-utils NBD is NOT tested").isPresent();
    served = ServedDisk.create(directory);
    socket = directory.resolve("nbd.sock");
  }

  @AfterEach
  void stop() throws Exception {
    if (served != null) {
      served.close();
    }
  }

  private String uri() {
    return "nbd+unix:///disk0?socket=" + socket;
  }

  private void qemuIo(String... commands) throws Exception {
    List<String> words = new ArrayList<>(List.of("-f", "raw", "-t", "writeback"));
    for (String command : commands) {
      words.addAll(List.of("-c", command));
    }
    words.add(uri());
    assertThat(ServedDisk.run("qemu-io", words.toArray(String[]::new)))
        .doesNotContain("verification failed", "failed", "error");
  }

  private Path copy() throws IOException {
    return served.copy("-f", "raw", uri());
  }

  @Test
  void isReadByQemuAndTellsItsHoles() throws Exception {
    served.serve("--socket", socket);
    assertThat(Files.mismatch(served.disk(), copy())).isEqualTo(-1);
    String map = ServedDisk.run("qemu-img", "map", "-f", "raw", "--output=json", uri());
    assertThat(map).contains("\"zero\": true", "\"start\": 8388608");
    if (Tool.find("nbdinfo").isPresent()) {
      assertThat(ServedDisk.run("nbdinfo", uri()))
          .contains("export-size: 25165824", "is_read_only: true");
      assertThat(ServedDisk.run("nbdinfo", "--map", uri())).contains("hole,zero");
      assertThat(ServedDisk.run("nbdinfo", "--list", uri())).contains("export=\"disk0\"");
    }
    Cli.Outcome mounts = served.cli().run("mounts").expect(ExitCode.OK);
    assertThat(mounts.out()).contains("nbd+unix", "serving", "web");
  }

  @Test
  void isWrittenByQemuAndKeptThroughAKill() throws Exception {
    served.serve("--socket", socket, "--writable", "--overlay", "test");
    Process first = served.process();
    qemuIo(
        "write -P 0xa1 1000 2000000",
        "write -z 5M 1M",
        "discard 6M 1M",
        "write -f -P 0xb2 10M 64k",
        "flush",
        "read -P 0xa1 1000 2000000",
        "read -P 0 5M 1M");
    Path expected = copy();
    Files.move(expected, directory.resolve("expected.raw"));
    first.destroyForcibly().waitFor();
    Files.delete(socket);
    served.serve("--socket", socket, "--writable", "--overlay", "test");
    Process second = served.process();
    assertThat(Files.mismatch(directory.resolve("expected.raw"), copy())).isEqualTo(-1);
    second.destroy();
    assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(socket).doesNotExist();
  }

  @Test
  void outlivesClientsThatSendGarbage() throws Exception {
    served.serve("--socket", socket);
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      byte[] garbage = new byte[random.nextInt(200)];
      random.nextBytes(garbage);
      try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        channel.connect(UnixDomainSocketAddress.of(socket));
        ByteBuffer sent = ByteBuffer.allocate(512);
        if (random.nextBoolean()) {
          // Right until the first option, or until the first request.
          sent.putInt(3);
          if (random.nextBoolean()) {
            sent.putLong(0x49484156454F5054L).putInt(1).putInt(0);
          }
        }
        channel.write(sent.put(garbage).flip());
      } catch (IOException e) {
        // The server may have hung up on the seed before all of it was sent.
        assertThat(e).as("seed %d", seed).hasMessageMatching(".*(pipe|reset).*");
      }
    }
    assertThat(Files.mismatch(served.disk(), copy())).isEqualTo(-1);
  }

  @Test
  void listensOnlyWhereNobodyElseCanReach() throws Exception {
    served.serve("--socket", socket);
    assertThat(Files.getPosixFilePermissions(socket)).hasSize(2);
    assertThat(served.cli().run("nbd", "web").expect(ExitCode.USAGE).err()).contains("--socket");
  }
}
