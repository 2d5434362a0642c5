package dozo.bench;

import dozo.bench.compare.CompareCommand;
import dozo.bench.compare.IncrementCommand;
import dozo.bench.compare.MountBenchCommand;
import dozo.bench.cut.CutTable;
import dozo.bench.index.IndexScale;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the suites: {@code [--quick] [JMH's own options] [PATTERN...]}. A first word that names one
 * of the other measurements runs that instead.
 *
 * <p>{@code --quick} gives each benchmark one fork, one second to warm up and one to be measured:
 * to see that all of them run, and the order of magnitude. Its figures are not for publication.
 */
public final class Benchmarks {

  private static final String QUICK = "--quick";
  private static final String HELP =
      """
      ./dozo bench [--quick] [JMH-OPTIONS] [PATTERN...]   the JMH suites; -h lists JMH's options
      ./dozo bench compare OPTIONS                        Dozo, restic and borg; --help explains
      ./dozo bench increment OPTIONS                      one percent of a disk changed; --help explains
      ./dozo bench mount OPTIONS                          reads and writes through mounts; --help explains
      ./dozo bench limits [ROUNDS]                        ingest beside the sum of its blocks
      ./dozo bench index-scale DIRECTORY [SVG [CHUNKS...]]  the index, to 100 million chunks
      ./dozo bench cut IMAGES [CHUNK/SEGMENT...]          chunk and segment sizes, on disk images
      """;

  private Benchmarks() {}

  /** Runs what the arguments say; ends with an error if a benchmark failed. */
  public static void main(String[] arguments)
      throws CommandLineOptionException, RunnerException, IOException {
    String[] rest =
        arguments.length == 0 ? arguments : Arrays.copyOfRange(arguments, 1, arguments.length);
    switch (arguments.length == 0 ? "" : arguments[0]) {
      case "compare" -> CompareCommand.main(rest);
      case "cut" -> CutTable.main(rest);
      case "increment" -> IncrementCommand.main(rest);
      case "index-scale" -> IndexScale.main(rest);
      case "limits" -> IngestLimits.main(rest);
      case "mount" -> MountBenchCommand.main(rest);
      case "--help" -> System.out.print(HELP);
      default -> suites(arguments);
    }
  }

  private static void suites(String[] arguments)
      throws CommandLineOptionException, RunnerException {
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
