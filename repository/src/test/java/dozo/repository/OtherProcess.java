package dozo.repository;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Java process with the tests' class path, which can be killed like a power cut. */
public final class OtherProcess implements AutoCloseable {

  private final Process process;
  private final BufferedReader output;
  private final StringBuilder seen = new StringBuilder();

  private OtherProcess(Process process) {
    this.process = process;
    this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  /** Starts a main class with this process's flags. */
  public static OtherProcess start(Class<?> main, String... arguments) throws IOException {
    return start(List.of(), main, arguments);
  }

  /** Starts a main class with further flags, which come last and so hold. */
  public static OtherProcess start(List<String> flags, Class<?> main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (flag.startsWith("--")) {
        command.add(flag);
      }
    }
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return new OtherProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  /** The process id. */
  public long pid() {
    return process.pid();
  }

  /** Reads output until a line begins so, and returns that line. */
  public String awaitLine(String beginning) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      seen.append(line).append('\n');
      if (line.startsWith(beginning)) {
        return line;
      }
    }
    throw new AssertionError("The process ended without '" + beginning + "':\n" + seen);
  }

  /** Reads one line; it is empty if the process has ended. */
  public String awaitLineOrEnd() throws IOException {
    String line = output.readLine();
    return line == null ? "" : line;
  }

  /** Kills the process at once, and returns the lines that it had still written. */
  public List<String> killAndRead() throws IOException {
    process.toHandle().destroyForcibly(); // Unlike the process itself, it leaves the pipe open.
    List<String> lines = new ArrayList<>();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      lines.add(line);
    }
    return lines;
  }

  /** Kills the process at once, and returns when it is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new AssertionError("Process " + pid() + " does not die");
    }
  }

  /** Waits for the process to end by itself, and returns its exit value. */
  public int await() throws IOException, InterruptedException {
    output.transferTo(java.io.Writer.nullWriter());
    return process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
