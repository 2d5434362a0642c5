package dozo.client.program;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program of the host.
 *
 * <p>Safe for use by several threads: each run is a process of its own.
 *
 * @param words what runs it: its name or path, and words that always stand first
 */
public record Program(List<String> words) {

  private static final int MAXIMUM_BYTES = 8 << 20;

  /** How long what it wrote may take to arrive once it has ended; a child may hold the pipe. */
  private static final Duration READING = Duration.ofSeconds(5);

  /** Keeps a copy. */
  public Program {
    if (words.isEmpty()) {
      throw new IllegalArgumentException("A program has a name");
    }
    words = List.copyOf(words);
  }

  /**
   * What a run came to.
   *
   * @param code the exit code
   * @param out what was written to standard output, 8 MiB at the most
   * @param err what was written to standard error
   */
  public record Answer(int code, String out, String err) {}

  /**
   * Runs it, with nothing on its standard input.
   *
   * @param limit when it is killed
   * @param arguments further words
   * @throws ProgramException if it cannot be run, does not end in time, or says too much
   */
  public Answer run(Duration limit, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(words);
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    // What is parsed here is not to depend on who runs it.
    builder.environment().put("LC_ALL", "C");
    builder.environment().remove("LANGUAGE");
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new ProgramException(
          ProgramException.Reason.NOT_RUN, words.getFirst() + " cannot be run", e);
    }
    Output out = new Output();
    Output err = new Output();
    try {
      process.getOutputStream().close();
      Thread first = Thread.ofVirtual().start(() -> out.read(process.getInputStream(), process));
      Thread second = Thread.ofVirtual().start(() -> err.read(process.getErrorStream(), process));
      if (!process.waitFor(Math.max(0, limit.toNanos()), TimeUnit.NANOSECONDS)) {
        throw new ProgramException(
            ProgramException.Reason.TOO_SLOW,
            words.getFirst() + " did not end within " + limit.toMillis() + " ms",
            null);
      }
      if (!first.join(READING) || !second.join(READING) || out.tooMuch || err.tooMuch) {
        throw new ProgramException(
            ProgramException.Reason.TOO_MUCH,
            words.getFirst() + " says more than is believed",
            null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException)
          new InterruptedIOException("Interrupted while " + words.getFirst() + " ran").initCause(e);
    } finally {
      process.destroyForcibly();
    }
    return new Answer(process.exitValue(), out.text(), err.text());
  }

  /** What a process writes to one of its pipes; read by one thread and used after it has ended. */
  private static final class Output {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private volatile boolean tooMuch;

    void read(InputStream from, Process process) {
      byte[] buffer = new byte[8 << 10];
      try (from) {
        for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
          if (bytes.size() + count > MAXIMUM_BYTES) {
            tooMuch = true;
            process.destroyForcibly();
            return;
          }
          bytes.write(buffer, 0, count);
        }
      } catch (IOException e) {
        // It ended, or was made to: the exit code says what matters.
      }
    }

    String text() {
      return bytes.toString(UTF_8);
    }
  }
}
