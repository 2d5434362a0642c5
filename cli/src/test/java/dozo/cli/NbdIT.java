package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dozo.cli.quickstart.Tool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
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
  private static final int MIB = 1 << 20;

  @TempDir private Path directory;
  private Cli cli;
  private Path disk;
  private Path socket;
  private final List<Process> processes = new ArrayList<>();

  @BeforeEach
  void backUp() throws Exception {
    assumeThat(Tool.find("qemu-io")).as("without qemu-utils NBD is NOT tested").isPresent();
    ServerProcess server = ServerProcess.create(Files.createDirectory(directory.resolve("server")));
    disk = Cli.randomFile(directory.resolve("disk.raw"), 24 * MIB, 5);
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.seek(8 * MIB);
      file.write(new byte[8 * MIB]);
    }
    server.cli().run("backup", "--vm", "web", disk).expect(ExitCode.OK);
    // What is left is the directory: no server is needed.
    server.end();
    cli =
        server
            .local()
            .with("DOZO_OVERLAYS", directory.resolve("overlays").toString())
            .with("DOZO_RUNTIME", directory.resolve("run").toString());
    socket = directory.resolve("nbd.sock");
  }

  @AfterEach
  void stop() throws Exception {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }

  private Process serve(Object... more) throws IOException {
    List<Object> words = new ArrayList<>(List.of("nbd", "web", "--json", "--socket", socket));
    words.addAll(List.of(more));
    Path log = directory.resolve("nbd.log");
    Process process = cli.process(words.toArray()).redirectError(log.toFile()).start();
    processes.add(process);
    String serving = process.inputReader(StandardCharsets.UTF_8).readLine();
    assertThat(serving).as("serving; it wrote %s", Files.readString(log)).isNotNull();
    return process;
  }

  private String uri() {
    return "nbd+unix:///disk0?socket=" + socket;
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(List.of(command) + ": " + said).isZero();
    return said;
  }

  private void qemuIo(String... commands) throws Exception {
    List<String> words = new ArrayList<>(List.of("qemu-io", "-f", "raw", "-t", "writeback"));
    for (String command : commands) {
      words.addAll(List.of("-c", command));
    }
    words.add(uri());
    assertThat(run(words.toArray(String[]::new)))
        .doesNotContain("verification failed", "failed", "error");
  }

  private Path copy() throws Exception {
    Path copy = directory.resolve("copy.raw");
    run("qemu-img", "convert", "-f", "raw", "-O", "raw", uri(), copy.toString());
    return copy;
  }

  @Test
  void isReadByQemuAndTellsItsHoles() throws Exception {
    serve();
    assertThat(Files.mismatch(disk, copy())).isEqualTo(-1);
    String map = run("qemu-img", "map", "-f", "raw", "--output=json", uri());
    assertThat(map).contains("\"zero\": true", "\"start\": 8388608");
    if (Tool.find("nbdinfo").isPresent()) {
      assertThat(run("nbdinfo", uri())).contains("export-size: 25165824", "is_read_only: true");
      assertThat(run("nbdinfo", "--map", uri())).contains("hole,zero");
      assertThat(run("nbdinfo", "--list", uri())).contains("export=\"disk0\"");
    }
    Cli.Outcome mounts = cli.run("mounts").expect(ExitCode.OK);
    assertThat(mounts.out()).contains("nbd+unix", "serving", "web");
  }

  @Test
  void isWrittenByQemuAndKeptThroughAKill() throws Exception {
    Process first = serve("--writable", "--overlay", "test");
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
    Process second = serve("--writable", "--overlay", "test");
    assertThat(Files.mismatch(directory.resolve("expected.raw"), copy())).isEqualTo(-1);
    second.destroy();
    assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(socket).doesNotExist();
  }

  @Test
  void outlivesClientsThatSendGarbage() throws Exception {
    serve();
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
    assertThat(Files.mismatch(disk, copy())).isEqualTo(-1);
  }

  @Test
  void listensOnlyWhereNobodyElseCanReach() throws Exception {
    serve();
    assertThat(Files.getPosixFilePermissions(socket)).hasSize(2);
    assertThat(cli.run("nbd", "web").expect(ExitCode.USAGE).err()).contains("--socket");
  }
}
