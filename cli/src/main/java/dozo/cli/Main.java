package dozo.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code dozo}. */
@Command(
    name = "dozo",
    description = "A deduplicating repository for virtual-machine backups.",
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "'dozo COMMAND --help' explains a command and gives examples. From a source tree,",
      "'./dozo test' runs every test. A first look: dozo quickstart."
    })
public final class Main implements Callable<Integer> {

  private static final List<String> VERSION = List.of("-V", "--version");

  @Spec private CommandSpec spec;

  @SuppressWarnings("unused") // picocli reads it
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  @SuppressWarnings("unused") // picocli reads it
  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the versions of Dozo and of its Java.")
  private boolean version;

  @SuppressWarnings("NullAway.Init") // picocli sets spec before it calls anything here
  private Main() {}

  /** Runs one command and leaves with its exit code. */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length == 1 && args[0].equals(Training.WORD)) {
      System.exit(Training.run());
    }
    Interruption.watch();
    HeadStart.begin(args.length == 0 ? "" : args[0]);
    int code = ExitCode.FAILURE.code();
    try {
      code = run(Context.ofProcess(), args);
    } finally {
      // Whatever happens: once this thread is dead the JVM ends, and waits for it to leave.
      Interruption.leave(code);
    }
  }

  /**
   * Runs one command and returns its exit code, also where an Error ends it, of which picocli knows
   * nothing.
   */
  static int run(Context context, String... args) {
    try {
      CommandLine command = commandLine(context, args.length == 0 ? "" : args[0]);
      return command.execute(args);
    } catch (Error e) {
      List<String> words = List.of(args);
      return ErrorReport.failed(
          e, context.err(), words.contains("--json"), words.contains("--debug"));
    }
  }

  /**
   * Makes the command line.
   *
   * @param word the first argument: if it is a verb, only that one is made, and none for the
   *     version
   */
  static CommandLine commandLine(Context context, String word) {
    CommandLine root = new CommandLine(new Main());
    verbsFor(word).forEach(verb -> add(root, verb, context));
    // These setters reach the commands that are there already, and no others.
    root.setOut(new PrintWriter(context.out(), true, context.out().charset()));
    root.setErr(new PrintWriter(context.err(), true, context.err().charset()));
    Help.configure(root);
    ErrorReport.configure(root, context);
    return root;
  }

  private static List<Verb> verbsFor(String word) {
    if (VERSION.contains(word)) {
      return List.of();
    }
    return Verb.of(word).map(List::of).orElseGet(() -> List.of(Verb.values()));
  }

  private static void add(CommandLine root, Verb verb, Context context) {
    CommandLine command = new CommandLine(verb.make(context));
    if (command.getCommand() instanceof CommandGroup group) {
      group.parts().forEach(command::addSubcommand);
    }
    root.addSubcommand(verb.word(), command);
  }

  /** Called without a command: says which there are. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE.code();
  }
}
