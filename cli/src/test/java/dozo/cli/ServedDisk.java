package dozo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dozo.cli.quickstart.Tool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A disk of 24 MiB, with a hole in its middle third, that was backed up and is served by {@code
 * dozo nbd}, as often and wherever a test wants.
 */
final class ServedDisk implements AutoCloseable {
  static final int DISK_BYTES = 24 << 20;

  private final Path directory;
  private final Path disk;
  private final Cli cli;
  private final List<Process> processes = new ArrayList<>();

  private ServedDisk(Path directory, Path disk, Cli cli) {
    this.directory = directory;
    this.disk = disk;
    this.cli = cli;
  }

  static ServedDisk create(Path directory) throws Exception {
    Path disk = Cli.randomFile(directory.resolve("disk.raw"), DISK_BYTES, 5);
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.seek(DISK_BYTES / 3);
      file.write(new byte[DISK_BYTES / 3]);
    }
    ServerProcess server = ServerProcess.create(Files.createDirectory(directory.resolve("server")));
    server.cli().run("backup", "--vm", "web", disk).expect(ExitCode.OK);
    // What is left is the directory: no server is needed.
    server.end();
    Cli cli =
        server
            .local()
            .with("DOZO_OVERLAYS", directory.resolve("overlays").toString())
            .with("DOZO_RUNTIME", directory.resolve("run").toString());
    return new ServedDisk(directory, disk, cli);
  }

  /** What was backed up. */
  Path disk() {
    return disk;
  }

  Cli cli() {
    return cli;
  }

  /** Serves it; returns what the process says of itself. */
  Map<String, String> serve(Object... where) throws IOException {
    List<Object> words = new ArrayList<>(List.of("nbd", "web", "--json"));
    words.addAll(List.of(where));
    Path log = directory.resolve("nbd-" + processes.size() + ".log");
    Process process = cli.process(words.toArray()).redirectError(log.toFile()).start();
    processes.add(process);
    String serving = process.inputReader(UTF_8).readLine();
    assertThat(serving).as("serving; it wrote %s", Files.readString(log)).isNotNull();
    return Events.members(serving);
  }

  /** The process that was started last. */
  Process process() {
    return processes.getLast();
  }

  /** Copies a disk with qemu-img. */
  Path copy(String... source) throws IOException {
    Path copy = directory.resolve("copy.raw");
    List<String> words = new ArrayList<>(List.of("convert", "-O", "raw"));
    words.addAll(List.of(source));
    words.add(copy.toString());
    run("qemu-img", words.toArray(String[]::new));
    return copy;
  }

  static String run(String program, String... arguments) throws IOException {
    return Tool.require(program, "qemu-utils or libnbd-bin").run(null, arguments);
  }

  @Override
  public void close() {
    for (Process process : processes) {
      process.destroyForcibly().onExit().join();
    }
  }
}
