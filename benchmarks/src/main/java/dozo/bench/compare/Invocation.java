package dozo.bench.compare;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * How a command was called, and how it answers: the mixin of the commands of this package. Results
 * go to standard output, what is told on the way to standard error.
 */
final class Invocation {

  private static final int CANNOT = 69;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @SuppressWarnings("unused") // picocli reads it
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  /** What a command does with a tool. */
  @FunctionalInterface
  interface Measuring {
    void measure(String tool) throws IOException, InterruptedException;
  }

  /** Runs a command and returns its exit code. */
  static int run(Callable<Integer> command, String... arguments) {
    return line(command).execute(arguments);
  }

  /** The command line of a command. */
  static CommandLine line(Callable<Integer> command) {
    return new CommandLine(command)
        .setExecutionExceptionHandler((e, line, parsed) -> {
          line.getErr().println(line.getCommandName() + ": " + e.getMessage());
          return CANNOT;
        });
  }

  /**
   * Takes one tool after another. Where one fails the others still have their turn, so that what
   * took minutes is not lost, unless all of it was ended.
   *
   * @return the exit code
   */
  int forEach(List<String> tools, Workbench bench, Measuring measuring)
      throws IOException, InterruptedException {
    int code = 0;
    for (String tool : tools) {
      try {
        measuring.measure(tool);
      } catch (IOException e) {
        bench.requireOpen();
        tell(command().name() + ": " + tool + ": " + e.getMessage());
        code = CANNOT;
      }
    }
    return code;
  }

  /** The program that runs Dozo. */
  String dozo() {
    String program = System.getProperty(DozoTool.PROGRAM_PROPERTY);
    if (program == null) {
      throw misuse("Run this by './dozo bench', or set -D" + DozoTool.PROGRAM_PROPERTY);
    }
    return program;
  }

  /** Says on the way how it goes. */
  void tell(String line) {
    PrintWriter terminal = command().commandLine().getErr();
    terminal.println(line);
    terminal.flush();
  }

  /**
   * Writes a report and prints it.
   *
   * @param directory where it goes
   * @param others the names of the other files that are there
   */
  void publish(String report, Path directory, String... others) throws IOException {
    Files.writeString(directory.resolve("report.md"), report);
    print(report);
    print("Written to " + directory + ": report.md, " + String.join(", ", others));
  }

  /** Prints a result. */
  void print(String result) {
    PrintWriter terminal = command().commandLine().getOut();
    terminal.println(result);
    terminal.flush();
  }

  /** What to throw where the command line is wrong. */
  ParameterException misuse(String what) {
    return new ParameterException(command().commandLine(), what);
  }

  private CommandSpec command() {
    CommandSpec known = spec;
    if (known == null) {
      throw new IllegalStateException("Not run as a command");
    }
    return known;
  }
}
