package dozo.client.hyperv;

import static java.nio.charset.StandardCharsets.UTF_8;

import dozo.client.source.SourceUnreadableException;
import dozo.format.Fault;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs the script, a process a verb.
 *
 * <p>It answers with objects, a line each, and one of type {@code end} last: without that it was
 * cut short, and whatever came before does not count.
 */
final class HyperVScript {

  private static final JsonMapper JSON = new JsonMapper();
  private static final int MAXIMUM_LINE = 64 << 10;
  private static final int MAXIMUM_LINES = 2_000_000;
  private static final int LAST_WORDS = 5;
  private static final long MINUTES = 60;

  private final List<String> command;

  HyperVScript(List<String> command) {
    this.command = command;
  }

  /**
   * Runs a verb and hands its answer on, line by line.
   *
   * @param arguments the verb's, as they stand behind it
   * @throws SourceUnreadableException if it fails, or does not end with {@code end}
   */
  void run(String verb, List<String> arguments, Consumer<ObjectNode> answer) throws IOException {
    List<String> words = new ArrayList<>(command);
    words.add(verb);
    words.addAll(arguments);
    Process process;
    try {
      process = new ProcessBuilder(words).start();
    } catch (IOException e) {
      throw failed(verb, "cannot be run (" + e.getMessage() + ")", e);
    }
    Deque<String> said = new ArrayDeque<>();
    Thread errors = Thread.ofVirtual().start(() -> keepLast(process, said));
    try {
      process.getOutputStream().close();
      boolean whole = read(process, verb, answer);
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        throw failed(verb, "did not end in an hour", null);
      }
      errors.join();
      if (process.exitValue() != 0) {
        throw failed(
            verb, "ended with code " + process.exitValue() + ": " + String.join(" ", said), null);
      }
      if (!whole) {
        throw failed(verb, "ended early", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (InterruptedIOException)
          new InterruptedIOException("Interrupted while Hyper-V was asked").initCause(e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Runs a verb of whose answer nothing but its end matters. */
  void run(String verb, List<String> arguments) throws IOException {
    run(verb, arguments, line -> {});
  }

  private static boolean read(Process process, String verb, Consumer<ObjectNode> answer)
      throws IOException {
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      int count = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.isBlank()) {
          continue;
        }
        if (line.length() > MAXIMUM_LINE || count++ == MAXIMUM_LINES) {
          throw failed(verb, "says more than is believed", null);
        }
        ObjectNode object = parse(verb, line);
        switch (object.path("type").asString("")) {
          case "end" -> {
            return true;
          }
          case "error" ->
              throw failed(
                  verb, "failed: " + object.path("message").asString("it says not why"), null);
          default -> answer.accept(object);
        }
      }
    }
    return false;
  }

  private static ObjectNode parse(String verb, String line) throws IOException {
    try {
      if (JSON.readTree(line) instanceof ObjectNode object) {
        return object;
      }
    } catch (JacksonException e) {
      throw failed(verb, "wrote a line that is no JSON", e);
    }
    throw failed(verb, "wrote a line that is no object", null);
  }

  private static void keepLast(Process process, Deque<String> said) {
    try (BufferedReader lines = process.errorReader(UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (said.size() == LAST_WORDS) {
          said.removeFirst();
        }
        said.addLast(line.substring(0, Math.min(line.length(), MAXIMUM_LINE)));
      }
    } catch (IOException e) {
      // Its exit code says what matters.
    }
  }

  static SourceUnreadableException failed(String verb, String what, @Nullable Exception cause) {
    return new SourceUnreadableException(
        Fault.of("Hyper-V's script " + what)
            .in("verb " + verb)
            .cure(
                "run it by hand on the host as an administrator; docs/hyper-v-backup.md says how"),
        cause);
  }
}
