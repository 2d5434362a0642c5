package dozo.bench.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A scratch directory, and all processes and mounts that were started for it. Closing it ends them,
 * unmounts, and deletes the directory; so does the end of this process, if it was not closed.
 *
 * <p>Used by one thread; {@link #close} may be called by any, also beside it.
 */
final class Workbench implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 20;
  private static final int TOLD_LINES = 12;

  private final Path directory;
  private final Path log;
  private final Map<String, String> environment = new TreeMap<>();
  private final Deque<Process> processes = new ArrayDeque<>();
  private final Deque<Path> mounts = new ArrayDeque<>();
  private final Thread atExit = Thread.ofPlatform().unstarted(this::cleanUpAtExit);
  private boolean closed;

  private Workbench(Path directory) {
    this.directory = directory;
    this.log = directory.resolve("log");
  }

  /** Makes a directory of its own in another. */
  static Workbench open(Path parent) throws IOException {
    Workbench bench = new Workbench(Files.createTempDirectory(parent, "dozo-compare-"));
    Runtime.getRuntime().addShutdownHook(bench.atExit);
    // What tools keep for their user goes with the rest.
    bench.environment.put("HOME", bench.make("home").toString());
    bench.environment.put("TMPDIR", bench.make("tmp").toString());
    bench.environment.put("JAVA_HOME", System.getProperty("java.home"));
    return bench;
  }

  /** A name in the scratch directory. */
  Path path(String name) {
    return directory.resolve(name);
  }

  /** Makes a directory. */
  synchronized Path make(String name) throws IOException {
    requireOpen();
    return Files.createDirectories(path(name));
  }

  /** Sets a variable for all processes that are started from now on. */
  void set(String variable, String value) {
    environment.put(variable, value);
  }

  /** Starts a process whose output can be read; what it says besides goes to the log. */
  Process start(List<String> words) throws IOException {
    return started(builder(words).redirectError(appending()));
  }

  /** Runs a command that is not measured. */
  void run(List<String> words) throws IOException, InterruptedException {
    finish(started(builder(words).redirectOutput(appending()).redirectError(appending())), words);
  }

  /** Runs a command that is not measured, and returns what it says. */
  String ask(String... words) throws IOException {
    Process process = start(List.of(words));
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      finish(process, List.of(words));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted", e);
    }
    return said;
  }

  /**
   * Runs a command and measures it.
   *
   * @param work the directory it runs in
   * @param output gets what it writes to its standard output
   * @param server works for it
   */
  Usage measure(List<String> words, Path work, Path output, Optional<Daemon> server)
      throws IOException, InterruptedException {
    Path times = path("times");
    List<String> timed =
        new ArrayList<>(List.of("time", "-q", "-o", times.toString(), "-f", "%U %S %M"));
    timed.addAll(words);
    double serverBefore = 0;
    if (server.isPresent()) {
      server.get().awaitIdle();
      server.get().resetPeak();
      serverBefore = server.get().cpuSeconds();
    }
    double machineBefore = Machine.cpuSeconds();
    long begin = System.nanoTime();
    Process process =
        started(
            builder(timed)
                .directory(work.toFile())
                .redirectOutput(output.toFile())
                .redirectError(appending()));
    finish(process, words);
    double wall = (System.nanoTime() - begin) / 1e9;
    String[] told = Files.readString(times).strip().split(" ", -1);
    double clientCpu = Double.parseDouble(told[0]) + Double.parseDouble(told[1]);
    double others = Machine.cpuSeconds() - machineBefore - clientCpu;
    double serverCpu = 0;
    long serverPeak = 0;
    if (server.isPresent()) {
      others -= server.get().cpuSeconds() - serverBefore;
      server.get().awaitDone();
      serverCpu = server.get().cpuSeconds() - serverBefore;
      serverPeak = server.get().peakBytes();
    }
    return new Usage(
        wall,
        clientCpu,
        serverCpu,
        Long.parseLong(told[2]) * 1024,
        serverPeak,
        Math.max(0, others));
  }

  /** Fails if it was closed beside whoever works with it. */
  synchronized void requireOpen() throws IOException {
    if (closed) {
      throw new IOException("The measurement was ended");
    }
  }

  private ProcessBuilder builder(List<String> words) {
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().keySet().removeIf(name -> name.startsWith("DOZO_"));
    builder.environment().putAll(environment);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    return builder;
  }

  private ProcessBuilder.Redirect appending() {
    return ProcessBuilder.Redirect.appendTo(log.toFile());
  }

  private synchronized Process started(ProcessBuilder builder) throws IOException {
    requireOpen();
    Process process = builder.start();
    processes.push(process);
    return process;
  }

  private void finish(Process process, List<String> words)
      throws IOException, InterruptedException {
    int code = process.waitFor();
    forget(process);
    if (code != 0) {
      throw new IOException(
          "'" + String.join(" ", words) + "' ended with " + code + ":\n" + lastWords());
    }
  }

  private String lastWords() throws IOException {
    List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - TOLD_LINES), lines.size()));
  }

  private synchronized void forget(Process process) {
    processes.remove(process);
  }

  /** Ends a process that was started, and waits for its end. */
  void end(Process process) {
    forget(process);
    kill(process);
  }

  private static void kill(Process process) {
    List<ProcessHandle> below = process.descendants().toList();
    below.forEach(ProcessHandle::destroy);
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
    below.stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
  }

  /** Takes care of a mount point that a process is about to use. */
  synchronized Path mountPoint(String name) throws IOException {
    Path point = make(name);
    mounts.push(point);
    return point;
  }

  /** Unmounts, if it is mounted. */
  void unmount(Path point) throws IOException {
    if (isMounted(point)) {
      runAnyway("fusermount", "-uz", point.toString());
    }
  }

  private static boolean isMounted(Path point) throws IOException {
    try (Stream<String> mounts = Files.lines(Path.of("/proc/mounts"))) {
      return mounts.anyMatch(line -> line.split(" ", -1)[1].equals(point.toString()));
    }
  }

  /** Deletes something in the scratch directory. */
  void delete(Path what) throws IOException {
    if (!what.startsWith(directory)) {
      throw new IllegalArgumentException("Not in the scratch directory: " + what);
    }
    // One file system, so that nothing is deleted through a mount.
    runAnyway("rm", "-rf", "--one-file-system", what.toString());
  }

  /** Runs a command also where nothing else may be started any more, to its end. */
  private static void runAnyway(String... words) throws IOException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException("'" + String.join(" ", words) + "' failed: " + said.strip());
    }
  }

  private void cleanUpAtExit() {
    try {
      cleanUp();
    } catch (IOException e) {
      System.err.println("Cannot clean up: " + e.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    cleanUp();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The process is ending, and this is what it would do.
    }
  }

  private synchronized void cleanUp() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    while (!processes.isEmpty()) {
      kill(processes.pop());
    }
    // Whoever serves a mount takes it away as it ends; this is for those that could not.
    for (Path point : mounts) {
      unmount(point);
    }
    delete(directory);
  }
}
