package dozo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dozo.mount.fuse.FuseMount;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one mount read first, the next one of the VM has before it is asked for. */
class BootTraceIT {
  private static final int DISK_BYTES = 48 << 20;
  private static final int READ_BYTES = 4096;
  private static final int READS = 700;

  @TempDir private Path directory;
  private ServerProcess server;
  private Cli cli;
  private byte[] disk = {};
  private Path mountPoint;
  private Path traces;
  private final List<Process> mounts = new ArrayList<>();
  private BufferedReader out = new BufferedReader(Reader.nullReader());

  @BeforeEach
  void backUp() throws Exception {
    assumeThat(Path.of("/dev/fuse")).as("without it mounts are NOT tested").isWritable();
    server = ServerProcess.create(Files.createDirectory(directory.resolve("server")));
    traces = directory.resolve("traces");
    cli =
        server
            .cli()
            .with("DOZO_OVERLAYS", directory.resolve("overlays").toString())
            .with("DOZO_RUNTIME", directory.resolve("run").toString())
            .with("DOZO_BOOT_TRACES", traces.toString());
    Path image = Cli.randomFile(directory.resolve("disk.raw"), DISK_BYTES, 5);
    disk = Files.readAllBytes(image);
    cli.run("backup", "--vm", "web", image).expect(ExitCode.OK);
    mountPoint = Files.createDirectory(directory.resolve("mnt"));
  }

  @AfterEach
  void stop() throws Exception {
    for (Process mount : mounts) {
      mount.destroyForcibly().waitFor();
    }
    if (mountPoint != null && FuseMount.mountPoints().contains(mountPoint.toRealPath())) {
      FuseMount.unmount(mountPoint);
    }
    if (server != null) {
      server.close();
    }
  }

  private Path log() {
    return directory.resolve("mount-" + mounts.size() + ".log");
  }

  private void mount(Object... more) throws IOException {
    List<Object> words = new ArrayList<>(List.of("mount", "web", mountPoint, "--json"));
    words.addAll(List.of(more));
    Path log = directory.resolve("mount-" + (mounts.size() + 1) + ".log");
    mounts.add(cli.process(words.toArray()).redirectError(log.toFile()).start());
    out = mounts.getLast().inputReader(UTF_8);
    assertThat(out.readLine()).as("mounted; it wrote %s", Files.readString(log)).isNotNull();
  }

  /** Unmounts, and returns what was read ahead and what of it was of use. */
  private long[] unmount() throws Exception {
    cli.run("unmount", mountPoint).expect(ExitCode.OK);
    String last = out.lines().toList().getLast();
    assertThat(mounts.getLast().waitFor(60, TimeUnit.SECONDS)).isTrue();
    Map<String, String> told = Events.members(last);
    return new long[] {
      Long.parseLong(told.getOrDefault("prefetchedBytes", "?")),
      Long.parseLong(told.getOrDefault("prefetchedUsedBytes", "?"))
    };
  }

  /** Reads as a boot does: here and there, in the same order each time. */
  private void boot() throws IOException {
    Random random = new Random(8);
    byte[] read = new byte[READ_BYTES];
    try (RandomAccessFile file = new RandomAccessFile(mountPoint + "/disk0.raw", "r")) {
      for (int i = 0; i < READS; i++) {
        int offset = random.nextInt(DISK_BYTES / READ_BYTES) * READ_BYTES;
        file.seek(offset);
        file.readFully(read);
        assertThat(read).isEqualTo(Arrays.copyOfRange(disk, offset, offset + READ_BYTES));
      }
    }
  }

  private void awaitReadAhead() {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            !cli.run("mounts", "--json")
                .expect(ExitCode.OK)
                .out()
                .contains("\"prefetchedBytes\":0"));
  }

  private List<Path> traceFiles() throws IOException {
    try (Stream<Path> files = Files.list(traces)) {
      return files.toList();
    }
  }

  @Test
  void theNextMountHasReadWhatTheFirstBootRead() throws Exception {
    mount();
    boot();
    assertThat(unmount()).containsExactly(0, 0);
    assertThat(traceFiles()).hasSize(1);

    mount();
    awaitReadAhead();
    assertThat(cli.run("mounts").expect(ExitCode.OK).out()).contains("READ AHEAD", "MiB");
    boot();
    // The kernel reads around each place, so it may want more than what was recorded, not less.
    long[] read = unmount();
    assertThat(read[0]).isGreaterThan(READS * READ_BYTES / 2);
    assertThat(read[1]).isGreaterThan(read[0] * 9 / 10);
  }

  @Test
  void aWritableMountUsesWhatAReadOnlyOneRecordedAndABrokenTraceIsReplaced() throws Exception {
    mount();
    boot();
    unmount();
    Path trace = traceFiles().getFirst();
    byte[] whole = Files.readAllBytes(trace);
    mount("--writable", "--face", "raw");
    awaitReadAhead();
    boot();
    assertThat(unmount()[1]).isPositive();

    Files.write(trace, new byte[whole.length]);
    mount();
    boot();
    assertThat(unmount()).containsExactly(0, 0);
    assertThat(Files.readString(log())).contains("a boot trace cannot be used");
    assertThat(Files.readAllBytes(trace)).hasSizeGreaterThan(READS * 4).startsWith('D', 'O');
  }

  @Test
  void nothingIsRecordedOrReadAheadIfThatIsTurnedOff() throws Exception {
    mount("--no-boot-trace");
    boot();
    unmount();
    assertThat(traces).doesNotExist();
  }
}
