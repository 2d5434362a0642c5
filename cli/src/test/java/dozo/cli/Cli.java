package dozo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dozo.cli.quickstart.Tool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Runs commands in this process, with an environment of their own. */
final class Cli {

  private final Map<String, String> environment;

  Cli(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * How a command ended.
   *
   * @param code its exit code
   * @param out what it wrote to standard output
   * @param err what it wrote to standard error
   */
  record Outcome(int code, String out, String err) {

    Outcome expect(ExitCode expected) {
      assertThat(code).as("exit code; it wrote:%n%s%s", out, err).isEqualTo(expected.code());
      return this;
    }

    /** The members of the first JSON object of a type that was printed. */
    Map<String, String> event(String type) {
      return out.lines()
          .map(Events::members)
          .filter(members -> type.equals(members.get("type")))
          .findFirst()
          .orElseThrow();
    }

    /** A member of the last JSON object that was printed. */
    String member(String name) {
      List<String> lines = out.lines().toList();
      String value = Events.members(lines.getLast()).get(name);
      assertThat(value).as("member %s of %s", name, lines.getLast()).isNotNull();
      return String.valueOf(value);
    }
  }

  /** The same with one more environment variable. */
  Cli with(String name, String value) {
    Map<String, String> more = new TreeMap<>(environment);
    more.put(name, value);
    return new Cli(more);
  }

  Outcome run(Object... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    String[] arguments = Arrays.stream(words).map(String::valueOf).toArray(String[]::new);
    int code =
        Main.run(
            new Context(
                new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), environment),
            arguments);
    return new Outcome(code, out.toString(UTF_8), err.toString(UTF_8));
  }

  /** Prepares to run a command as a process of its own. */
  ProcessBuilder process(Object... words) {
    return processFromClasses(words);
  }

  /** The same with a command line that has the class path, {@code -cp}, to be changed. */
  ProcessBuilder processFromClasses(Object... words) {
    List<String> arguments = Arrays.stream(words).map(String::valueOf).toList();
    ProcessBuilder builder = OwnProcess.running(arguments);
    // Whoever runs the tests in the background has them ignore Ctrl-C, and that is inherited.
    builder.command().addAll(0, List.of("env", "--default-signal=INT"));
    builder.environment().keySet().removeIf(name -> name.startsWith("DOZO_"));
    builder.environment().putAll(environment);
    return builder;
  }

  /** A key file, for repositories that are to open at once. */
  static Path keyFile(Path directory) throws IOException {
    return Files.write(directory.resolve("key"), new byte[32]);
  }

  /** A file of data that nothing compresses and that has no duplicates. */
  static Path randomFile(Path file, int bytes, long seed) throws IOException {
    byte[] content = new byte[bytes];
    new Random(seed).nextBytes(content);
    return Files.write(file, content);
  }

  /** The bytes that a file takes on its file system. */
  static long allocatedBytes(Path file) throws IOException {
    String said = Tool.require("stat", "coreutils").run(null, "-c", "%b", file + "");
    return Long.parseLong(said.strip()) * 512;
  }
}
