package dozo.bench;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the suites: {@code [--quick] [JMH's own options] [PATTERN...]}.
 *
 * <p>{@code --quick} gives each benchmark one fork, one second to warm up and one to be measured:
 * to see that all of them run, and the order of magnitude. Its figures are not for publication.
 */
public final class Benchmarks {

  private static final String QUICK = "--quick";

  private Benchmarks() {}

  /** Runs what the arguments say; ends with an error if a benchmark failed. */
  public static void main(String[] arguments) throws CommandLineOptionException, RunnerException {
    List<String> others = new ArrayList<>(List.of(arguments));
    boolean quick = others.remove(QUICK);
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .parent(new CommandLineOptions(others.toArray(String[]::new)))
            .shouldFailOnError(true);
    if (quick) {
      options
          .forks(1)
          .warmupIterations(1)
          .warmupTime(TimeValue.seconds(1))
          .measurementIterations(1)
          .measurementTime(TimeValue.seconds(1));
    }
    new Runner(options.build()).run();
  }
}
