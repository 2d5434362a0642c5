package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Quantity;
import dozo.cli.quickstart.Children;
import dozo.cli.quickstart.Comparison;
import dozo.cli.quickstart.DemoDisk;
import dozo.cli.quickstart.Tool;
import dozo.cli.server.DataDirectory;
import dozo.format.manifest.RestorePoint;
import dozo.protocol.client.ConnectionSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tour that {@code dozo quickstart} gives. Every step that a user would type is a process of
 * its own with that very command line, shown before it runs.
 *
 * <p>Used by one thread; {@link #close} may be called by any, and ends everything.
 */
final class Quickstart implements AutoCloseable {

  private static final String VM = "demo";

  private final Path directory;
  private final Output output;
  private final Children children = new Children();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Map<String, String> environment = new TreeMap<>();

  Quickstart(Path directory, Output output) {
    this.directory = directory;
    this.output = output;
  }

  /**
   * Gives it.
   *
   * @throws CancellationException if it was closed meanwhile, whatever that broke
   */
  void run(@Nullable Path given, boolean stays) throws IOException, InterruptedException {
    try {
      tour(given, stays);
    } catch (IOException e) {
      throwIfEnded();
      throw e;
    }
  }

  private void tour(@Nullable Path given, boolean stays) throws IOException, InterruptedException {
    prepareDirectory();
    makeRepository();
    startServer();
    writeEnvironment();

    heading("A disk, backed up twice");
    DemoDisk made = given == null ? makeDisk() : null;
    Path disk = made == null ? Objects.requireNonNull(given) : made.image();
    dozo("backup", "--vm", VM, disk.toString());
    if (made != null) {
      made.change(directory);
      say("The disk changes: three log files are added in its file system.");
    }
    dozo("backup", "--vm", VM, disk.toString());
    dozo("list");

    heading("The latest restore point as files");
    Path mount = directory.resolve("mount");
    if (mount(mount)) {
      compare(disk, mount, made != null);
    } else {
      restoreInstead(disk);
    }
    report(mount);
    if (stays) {
      tellWhatNext(mount, made != null);
      ended.await();
    }
  }

  private void prepareDirectory() throws IOException {
    Files.createDirectories(directory);
    try (Stream<Path> entries = Files.list(directory)) {
      if (!Files.exists(directory.resolve("data")) && entries.findAny().isPresent()) {
        throw new IllegalArgumentException(
            directory + " holds something else; choose another --directory");
      }
    }
  }

  private void makeRepository() throws IOException, InterruptedException {
    heading("A server over a new repository");
    Path repository = new DataDirectory(directory.resolve("data")).repository();
    Path key = directory.resolve("key");
    Path token = directory.resolve("token");
    if (!Files.exists(repository)) {
      dozo("init", "--repository", repository.toString(), "--new-key-file", key.toString());
    }
    environment.put("DOZO_KEY_FILE", key.toString());
    environment.put("DOZO_TOKEN_FILE", token.toString());
    environment.put("DOZO_BOOT_TRACES", directory.resolve("boot-traces").toString());
    environment.put("DOZO_BLOCK_TAGS", directory.resolve("block-tags").toString());
    if (!Files.exists(token)) {
      dozo(
          "token",
          "create",
          "--repository",
          repository.toString(),
          "--role",
          "admin",
          "--output",
          token.toString(),
          VM);
    }
  }

  private void startServer() throws IOException, InterruptedException {
    Path data = directory.resolve("data");
    Path log = directory.resolve("server.log");
    List<String> arguments =
        List.of(
            "server",
            "--config",
            "none",
            "--data",
            data.toString(),
            "--listen",
            "127.0.0.1:0",
            "--admin",
            "127.0.0.1:0");
    show(arguments);
    List<String> withJson = new ArrayList<>(arguments);
    withJson.add("--json");
    ProcessBuilder builder = OwnProcess.running(withJson);
    builder.environment().putAll(environment);
    Process server =
        children.add(
            builder
                .redirectInput(ProcessBuilder.Redirect.from(nothing()))
                .redirectError(log.toFile())
                .start());
    Map<String, String> listening = firstEvent(server, log);
    environment.put("DOZO_SERVER", "127.0.0.1:" + listening.get("port"));
    environment.put("DOZO_FINGERPRINT", Objects.requireNonNull(listening.get("fingerprint")));
    say("Listening on port " + listening.get("port") + ", log in " + log);
  }

  private void writeEnvironment() throws IOException {
    StringBuilder text = new StringBuilder();
    environment.forEach((name, value) ->
        text.append("export ").append(name).append("='").append(value).append("'\n"));
    Files.writeString(directory.resolve("env"), text);
  }

  private DemoDisk makeDisk() throws IOException {
    say("Making a disk of 512 MiB: a GPT, and an ext4 with files of this machine.");
    return DemoDisk.create(directory.resolve("disk.raw"), directory);
  }

  /** Returns whether this machine can mount; says why if it cannot. */
  private boolean mount(Path mountPoint) throws IOException, InterruptedException {
    List<String> arguments = List.of("mount", VM, mountPoint.toString(), "--make");
    show(arguments);
    Path log = directory.resolve("mount.log");
    List<String> withJson = new ArrayList<>(arguments);
    withJson.add("--json");
    ProcessBuilder builder = OwnProcess.running(withJson);
    builder.environment().putAll(environment);
    Process process =
        children.add(
            builder
                .redirectInput(ProcessBuilder.Redirect.from(nothing()))
                .redirectError(log.toFile())
                .start());
    BufferedReader events = process.inputReader(StandardCharsets.UTF_8);
    if (events.readLine() != null) {
      say("Mounted on " + mountPoint);
      return true;
    }
    throwIfEnded();
    if (process.waitFor() != ExitCode.NO_MOUNT.code()) {
      throw new IOException("The mount failed: " + Files.readString(log).strip());
    }
    say("This machine cannot mount: " + Files.readString(log).strip());
    return false;
  }

  private void compare(Path disk, Path mount, boolean made)
      throws IOException, InterruptedException {
    Path vhdx = mount.resolve("disk0.vhdx");
    Path raw = mount.resolve("disk0.raw");
    Comparison.ofVhdx(disk, vhdx);
    say("Every byte of the disk in disk0.vhdx equals the source.");
    Comparison.ofRaw(disk, raw);
    say("Every byte of disk0.raw equals the source.");
    Optional<Tool> qemu = Tool.find("qemu-img");
    if (qemu.isPresent()) {
      String said =
          qemu.get().run(null, "compare", "-f", "vhdx", "-F", "raw", vhdx + "", disk + "");
      say("qemu-img compare says: " + said.strip());
    }
    Optional<Tool> e2fsck = made ? Tool.find("e2fsck") : Optional.empty();
    if (e2fsck.isPresent()) {
      String said = e2fsck.get().run(null, "-fn", DemoDisk.partitionOf(raw));
      say("e2fsck says: " + said.lines().reduce("", (before, line) -> line));
    }
  }

  private void restoreInstead(Path disk) throws IOException, InterruptedException {
    Path restored = directory.resolve("restored");
    dozo("restore", VM, "--to", restored.toString(), "--replace");
    Comparison.ofRaw(disk, restored.resolve("disk0.raw"));
    say("Every byte of the restored disk equals the source.");
  }

  private void report(Path mount) throws IOException {
    List<RestorePoint> points;
    try (Access access = ServerAccess.open(settings())) {
      points = access.list();
    }
    long backedUp = 0;
    long stored = 0;
    for (RestorePoint point : points) {
      backedUp += point.statistics().readBytes();
      stored += point.statistics().storedBytes();
    }
    long total = backedUp;
    long kept = stored;
    double ratio = kept == 0 ? 0 : (double) total / kept;
    output.json(
        "result",
        json ->
            json.put("directory", directory.toString())
                .put("restorePoints", points.size())
                .put("dataBytes", total)
                .put("storedBytes", kept)
                .put("ratio", ratio)
                .put("mountPoint", mount.toString()));
    heading("What it came to");
    say(
        "%s with %s of data are stored in %s: %s smaller."
            .formatted(
                Quantity.count(points.size(), "restore point"),
                Quantity.bytes(total),
                Quantity.bytes(kept),
                Quantity.ratio(ratio)));
    say("Everything is in " + directory + "; 'rm -r " + directory + "' removes it.");
  }

  private ConnectionSettings settings() throws IOException {
    ServerOptions options = new ServerOptions();
    return options.settings(new dozo.cli.secret.SecretReader(environment));
  }

  private void tellWhatNext(Path mount, boolean made) {
    heading("Try next, in another terminal");
    say("ls -ls " + mount);
    say("qemu-img info " + mount.resolve("disk0.vhdx"));
    if (made) {
      say("debugfs -R 'ls -l /' '" + DemoDisk.partitionOf(mount.resolve("disk0.raw")) + "'");
    }
    say(". " + directory.resolve("env") + "; dozo show " + VM);
    say("dozo restore " + VM + " -o /tmp/demo.vhdx");
    say("");
    say("Ctrl-C ends everything.");
  }

  /** Runs a command and shows it and what it prints. */
  private void dozo(String... words) throws IOException, InterruptedException {
    List<String> arguments = List.of(words);
    show(arguments);
    ProcessBuilder builder = OwnProcess.running(arguments);
    builder.environment().putAll(environment);
    builder.redirectInput(ProcessBuilder.Redirect.from(nothing()));
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.redirectOutput(
        output.isJson() ? ProcessBuilder.Redirect.DISCARD : ProcessBuilder.Redirect.INHERIT);
    int code = children.add(builder.start()).waitFor();
    throwIfEnded();
    if (code != 0) {
      throw new IOException("'dozo " + String.join(" ", words) + "' failed with exit code " + code);
    }
  }

  private Map<String, String> firstEvent(Process process, Path log)
      throws IOException, InterruptedException {
    BufferedReader events = process.inputReader(StandardCharsets.UTF_8);
    String event = events.readLine();
    if (event == null) {
      throwIfEnded();
      throw new IOException(
          "The server did not start, exit code "
              + process.waitFor()
              + ": "
              + Files.readString(log).strip());
    }
    return Events.members(event);
  }

  private void throwIfEnded() {
    if (ended.getCount() == 0) {
      throw new CancellationException("Ended");
    }
  }

  private static java.io.File nothing() {
    return new java.io.File(
        System.getProperty("os.name").startsWith("Windows") ? "NUL" : "/dev/null");
  }

  private void heading(String text) {
    output.line("");
    output.line("== " + text);
  }

  private void show(List<String> arguments) {
    output.line("$ dozo " + String.join(" ", arguments));
  }

  private void say(String text) {
    output.line("  " + text);
  }

  /** Ends whatever was started. */
  @Override
  public void close() {
    ended.countDown();
    children.close();
  }
}
