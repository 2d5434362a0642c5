package dozo.cli.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One run of a hook. */
final class HookRun {

  private static final int MAXIMUM_LINES = 1_000;
  private static final int MAXIMUM_LINE = 4_096;

  /** How long what it wrote may take to arrive once it has ended; a child may hold the pipe. */
  private static final Duration READING = Duration.ofSeconds(5);

  private final String name;
  private final List<String> command;
  private final Consumer<String> lines;

  /**
   * Prepares a run.
   *
   * @param name which hook it is, for people
   * @param lines is told what it writes, on another thread
   */
  HookRun(String name, List<String> command, Consumer<String> lines) {
    this.name = name;
    this.command = command;
    this.lines = lines;
  }

  /**
   * Runs the hook.
   *
   * @param environment what it finds in its environment besides ours
   * @param input what it finds on its standard input
   * @throws HookException if it cannot be run, takes too long, or ends with another code than 0
   */
  void run(Map<String, String> environment, String input, Duration timeout) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new HookException(
          "The hook "
              + name
              + " cannot be run: "
              + e.getMessage()
              + ". What to do: check its path.",
          e);
    }
    try {
      Thread reader = Thread.ofVirtual().start(() -> read(process));
      give(process, input);
      if (!process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new HookException(
            "The hook "
                + name
                + " was ended after "
                + timeout.toSeconds()
                + " s. What to do: see what it waits for, or give hooks a longer timeout.",
            null);
      }
      reader.join(READING);
      if (process.exitValue() != 0) {
        throw new HookException(
            "The hook "
                + name
                + " ended with code "
                + process.exitValue()
                + ": "
                + command.getFirst()
                + ".",
            null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (InterruptedIOException)
          new InterruptedIOException("Interrupted while the hook " + name + " ran").initCause(e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static void give(Process process, String input) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(UTF_8));
    } catch (IOException e) {
      // It need not read it, and what it thinks of that its exit code says.
    }
  }

  private void read(Process process) {
    try (BufferedReader said = process.inputReader(UTF_8)) {
      int count = 0;
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        if (count++ < MAXIMUM_LINES) {
          lines.accept(line.substring(0, Math.min(line.length(), MAXIMUM_LINE)));
        }
      }
    } catch (IOException e) {
      // It ended, or was made to.
    }
  }
}
