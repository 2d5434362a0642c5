package dozo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dozo.protocol.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** {@code dozo server} as a process of its own, which can be killed and started again. */
final class ServerProcess implements AutoCloseable {

  private final Path directory;
  private final Path key;
  private static final String TEMPORARY = "temporary";

  private final Process process;
  private final int port;
  private final int adminPort;
  private final String fingerprint;

  private ServerProcess(Path directory, Path key, Process process, Map<String, String> listening) {
    this.directory = directory;
    this.key = key;
    this.process = process;
    this.port = Integer.parseInt(Objects.requireNonNull(listening.get("port")));
    this.adminPort = Integer.parseInt(Objects.requireNonNull(listening.get("adminPort")));
    this.fingerprint = Objects.requireNonNull(listening.get("fingerprint"));
  }

  /**
   * Makes a repository and an admin's token, and starts a server on a free port.
   *
   * @param more options of {@code dozo init}
   */
  static ServerProcess create(Path directory, Object... more) throws IOException {
    Path key = Cli.keyFile(directory);
    Cli local = new Cli(Map.of("DOZO_KEY_FILE", key.toString()));
    List<Object> words =
        new ArrayList<>(List.of("init", "-r", directory.resolve("data/repository")));
    words.addAll(List.of(more));
    local.run(words.toArray()).expect(ExitCode.OK);
    local
        .run(
            "token",
            "create",
            "-r",
            directory.resolve("data"),
            "--role",
            "admin",
            "-o",
            directory.resolve("token"),
            "test")
        .expect(ExitCode.OK);
    return start(directory, key, 0);
  }

  private static ServerProcess start(Path directory, Path key, int port, Object... more)
      throws IOException {
    List<Object> words =
        new ArrayList<>(
            List.of(
                "server",
                "--data",
                directory.resolve("data"),
                "--listen",
                "127.0.0.1:" + port,
                "--admin",
                "127.0.0.1:0",
                "--json"));
    words.addAll(List.of(more));
    if (!words.contains("--drain")) {
      words.addAll(List.of("--drain", "5"));
    }
    Path log = directory.resolve("server.log");
    ProcessBuilder builder =
        new Cli(
                Map.of(
                    "DOZO_CONFIG",
                    "none",
                    "DOZO_KEY_FILE",
                    key.toString(),
                    "DOZO_RUNTIME",
                    runtime(directory)))
            .process(words.toArray())
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    Path temporary = Files.createDirectories(directory.resolve(TEMPORARY));
    builder.environment().put("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary);
    Process process = builder.start();
    String listening = process.inputReader(UTF_8).readLine();
    if (listening == null) {
      throw new IOException("The server did not start: " + Files.readString(log));
    }
    return new ServerProcess(directory, key, process, Events.members(listening));
  }

  private static String runtime(Path directory) {
    return directory.resolve("run").toString();
  }

  int port() {
    return port;
  }

  int adminPort() {
    return adminPort;
  }

  Path data() {
    return directory.resolve("data");
  }

  /** What it has where temporary files go. */
  List<Path> temporaryFiles() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve(TEMPORARY))) {
      return files.toList();
    }
  }

  /** A command line for this server, with the admin's token. */
  Cli cli() {
    return cliThrough(port);
  }

  /** The same through another port. */
  Cli cliThrough(int otherPort) {
    Map<String, String> environment = new TreeMap<>();
    environment.put("DOZO_SERVER", "127.0.0.1:" + otherPort);
    environment.put("DOZO_FINGERPRINT", fingerprint);
    environment.put("DOZO_TOKEN_FILE", directory.resolve("token").toString());
    environment.put("DOZO_BOOT_TRACES", directory.resolve("boot-traces").toString());
    environment.put("DOZO_BLOCK_TAGS", blockTags().toString());
    return new Cli(environment);
  }

  /** Where its clients keep tags of the disks that they back up. */
  Path blockTags() {
    return directory.resolve("block-tags");
  }

  /** A command line for the bare directory. */
  Cli local() {
    return new Cli(
        Map.of(
            "DOZO_CONFIG",
            "none",
            "DOZO_REPOSITORY",
            data().toString(),
            "DOZO_KEY_FILE",
            key.toString(),
            "DOZO_BOOT_TRACES",
            directory.resolve("boot-traces").toString()));
  }

  /** Kills it as a power cut would, but for what the kernel holds. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Starts it again on the same port. */
  ServerProcess restart(Object... more) throws IOException {
    return start(directory, key, port, more);
  }

  /** What it has logged. */
  String logged() throws IOException {
    return Files.readString(directory.resolve("server.log"));
  }

  /** Sends it a signal, such as {@code STOP}. */
  void signal(String name) throws Exception {
    int sent =
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
    assertThat(sent).isZero();
  }

  /** What its admin API answers to that token. */
  AdminHttp http(Secret token) throws IOException {
    return new AdminHttp(adminPort, fingerprint, token);
  }

  /** What its admin API answers to the admin. */
  AdminHttp http() throws IOException {
    return http(Secret.of(Files.readString(directory.resolve("token")).strip()));
  }

  /** A command line that knows the same mounts as the server. */
  Cli onItsHost() {
    return cli().with("DOZO_RUNTIME", runtime(directory));
  }

  /** Where it and its mounts note what is mounted. */
  Path runtime() {
    return Path.of(runtime(directory));
  }

  /** Asks it to end and returns its exit code. */
  int end() throws InterruptedException {
    process.destroy();
    return process.waitFor();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
