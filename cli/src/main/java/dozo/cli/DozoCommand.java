package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.log.LogFormat;
import dozo.cli.log.LogSetup;
import dozo.cli.secret.SecretReader;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What all commands have in common. */
abstract class DozoCommand implements Callable<Integer> {

  private final Context context;

  @Spec private CommandSpec spec;

  @ArgGroup(validate = false, heading = "%nGeneral options:%n", order = 100)
  private General general = new General();

  /** The options that every command has. */
  static final class General {
    @Option(names = "--json", description = "Print results and events as JSON, one object a line.")
    private boolean json;

    @Option(
        names = {"-q", "--quiet"},
        description = "Print results and errors only.")
    private boolean quiet;

    @Option(
        names = "--debug",
        description = "Log more, and show where in the program an error arose.")
    private boolean debug;

    @SuppressWarnings("unused") // picocli reads it
    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Show this help.")
    private boolean help;
  }

  @SuppressWarnings("NullAway.Init") // picocli sets spec before it calls anything here
  DozoCommand(Context context) {
    this.context = context;
  }

  /** Does the work. What goes wrong becomes an exit code and a message in {@link Failure}. */
  abstract ExitCode run(Output output) throws Exception;

  /** Chooses what is logged; most commands log only what goes wrong. */
  void setUpLog() {
    LogSetup.choose(false, general.debug, LogFormat.HUMAN);
  }

  @Override
  public final Integer call() throws Exception {
    setUpLog();
    return run(new Output(context.out(), context.err(), general.json, general.quiet)).code();
  }

  final Context context() {
    return context;
  }

  final SecretReader secrets() {
    return new SecretReader(context.environment());
  }

  /** All that was given on the command line, the command's own word included. */
  final List<String> originalArguments() {
    return spec.root().commandLine().getParseResult().originalArgs();
  }

  /** Whether an option was given, rather than its default. */
  final boolean isGiven(String option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option);
  }

  final boolean isDebug() {
    return general.debug;
  }

  final boolean isJson() {
    return general.json;
  }

  /** A mistake on the command line that only the command itself can see. */
  final ParameterException misuse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
