package dozo.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Does once what commands do, in one process, for a JVM that records it: with {@code
 * -XX:AOTCacheOutput} it leaves classes and profiles behind, from which later processes start
 * faster (JEP 483, 514 and 515). The server that they talk to is another process, which then leaves
 * a {@link Recording} of its own. The launcher runs it after each build; it is no command of users.
 */
final class Training {

  /** The word on the command line. */
  static final String WORD = "train-aot-cache";

  private static final String SERVER = "server";

  private static final int DISK_BYTES = 96 << 20;
  private static final int PIECE_BYTES = 1 << 20;
  private static final int START_SECONDS = 60;
  private static final int SERVER_END_SECONDS = 300;

  private final Path directory;
  private final Map<String, String> environment = new TreeMap<>();

  private Training(Path directory) {
    this.directory = directory;
  }

  /** Trains in a temporary directory, of which nothing is left. */
  static int run() throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("dozo-training-");
    try {
      new Training(directory).train();
      return ExitCode.OK.code();
    } catch (IllegalStateException e) {
      System.err.println(e.getMessage());
      return ExitCode.FAILURE.code();
    } finally {
      delete(directory);
    }
  }

  private void train() throws IOException, InterruptedException {
    makeRepository();
    Process server = startServer();
    try {
      useServer();
    } finally {
      server.destroy();
      // Its JVM writes its recording before it ends.
      if (!server.waitFor(SERVER_END_SECONDS, TimeUnit.SECONDS)) {
        server.destroyForcibly();
      }
    }
  }

  private void useServer() throws IOException, InterruptedException {
    Path disk = makeDisk();
    command("backup", "--vm", "training", disk.toString());
    change(disk);
    command("backup", "--vm", "training", disk.toString());
    command("backup", "--vm", "training", "--transfer", "source", disk.toString());
    command("list");
    command("show", "training");
    command("verify", "training");
    command("restore", "training", "-o", directory.resolve("restored.raw").toString());
    command("restore", "training", "-o", directory.resolve("restored.vhdx").toString());
    mount();
  }

  private void makeRepository() {
    String repository = directory.resolve("data/repository").toString();
    String key = directory.resolve("key").toString();
    String token = directory.resolve("token").toString();
    command("init", "--repository", repository, "--new-key-file", key);
    environment.put("DOZO_KEY_FILE", key);
    command("token", "create", "--repository", repository, "--role", "admin", "-o", token, "t");
    environment.put("DOZO_TOKEN_FILE", token);
    environment.put("DOZO_BOOT_TRACES", directory.resolve("boot-traces").toString());
    environment.put("DOZO_BLOCK_TAGS", directory.resolve("block-tags").toString());
  }

  private Process startServer() throws IOException, InterruptedException {
    List<String> recorded =
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(Recording::isMade)
            .map(option -> Recording.ofCommand(option, SERVER))
            .toList();
    ProcessBuilder builder =
        OwnProcess.running(
            List.of(
                SERVER,
                "--config",
                "none",
                "--data",
                directory.resolve("data").toString(),
                "--listen",
                "127.0.0.1:0",
                "--admin",
                "127.0.0.1:0",
                "--json"),
            recorded);
    builder.environment().keySet().removeIf(name -> name.startsWith("DOZO_"));
    builder.environment().putAll(environment);
    Process server = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BlockingQueue<String> said = new LinkedBlockingQueue<>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> server.inputReader(StandardCharsets.UTF_8).lines().forEach(said::add));
    String line = said.poll(START_SECONDS, TimeUnit.SECONDS);
    if (line == null) {
      server.destroyForcibly();
      throw new IllegalStateException("The server did not start");
    }
    Map<String, String> listening = Events.members(line);
    environment.put("DOZO_SERVER", "127.0.0.1:" + listening.get("port"));
    environment.put("DOZO_FINGERPRINT", Objects.requireNonNull(listening.get("fingerprint")));
    return server;
  }

  /** A machine that cannot mount learns the rest. */
  private void mount() throws IOException, InterruptedException {
    Path mountPoint = directory.resolve("mount");
    BlockingQueue<String> said = new LinkedBlockingQueue<>();
    Thread mounted = begin(said, "mount", "training", mountPoint.toString(), "--make", "--json");
    while (mounted.isAlive() && said.poll(1, TimeUnit.SECONDS) == null) {
      // It says so once the files are there.
    }
    if (mounted.isAlive()) {
      try (OutputStream nowhere = OutputStream.nullOutputStream()) {
        Files.copy(mountPoint.resolve("disk0.vhdx"), nowhere);
      } finally {
        command("unmount", mountPoint.toString());
        mounted.join(TimeUnit.SECONDS.toMillis(START_SECONDS));
      }
    }
  }

  /** Runs a command and waits for it. */
  private void command(String... words) {
    PrintStream quiet = new PrintStream(OutputStream.nullOutputStream(), true);
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    int code =
        Main.run(
            new Context(quiet, new PrintStream(errors, true, StandardCharsets.UTF_8), environment),
            words);
    if (code != ExitCode.OK.code()) {
      throw new IllegalStateException(
          "dozo "
              + Arrays.toString(words)
              + " ended with "
              + code
              + ": "
              + errors.toString(StandardCharsets.UTF_8));
    }
  }

  /** Runs a command on a thread of its own, whose lines go to a queue. */
  private Thread begin(BlockingQueue<String> said, String... words) {
    OutputStream lines =
        new OutputStream() {
          private final ByteArrayOutputStream line = new ByteArrayOutputStream();

          @Override
          public synchronized void write(int octet) {
            if (octet == '\n') {
              said.add(line.toString(StandardCharsets.UTF_8));
              line.reset();
            } else {
              line.write(octet);
            }
          }
        };
    Context context =
        new Context(
            new PrintStream(lines, true, StandardCharsets.UTF_8),
            new PrintStream(OutputStream.nullOutputStream(), true),
            environment);
    return Thread.ofPlatform().daemon().start(() -> Main.run(context, words));
  }

  /** A disk of text, noise and holes. */
  private Path makeDisk() throws IOException {
    Path disk = directory.resolve("disk.raw");
    Random random = new Random(1);
    byte[] piece = new byte[PIECE_BYTES];
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      for (int at = 0; at < DISK_BYTES; at += PIECE_BYTES) {
        random.nextBytes(piece);
        if (at % 3 > 0) {
          for (int i = 0; i < piece.length; i++) {
            piece[i] = (byte) ('a' + (piece[i] & 7));
          }
        }
        file.seek(2L * at);
        file.write(piece);
      }
    }
    return disk;
  }

  private static void change(Path disk) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      for (int at = 0; at < DISK_BYTES; at += 8 * PIECE_BYTES) {
        file.seek(2L * at);
        file.write(("changed " + at).getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
