package dozo.cli;

import dozo.cli.console.Json;
import java.io.PrintStream;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells errors: one message for people, one object with JSON, the exit code for scripts. */
final class ErrorReport {

  private ErrorReport() {}

  static void configure(CommandLine root, Context context) {
    root.setParameterExceptionHandler((e, args) -> misused(e, context));
    root.setExecutionExceptionHandler((e, command, parsed) -> {
      DozoCommand running = command.getCommand();
      return failed(e, context.err(), running.isJson(), running.isDebug());
    });
  }

  private static int misused(ParameterException e, Context context) {
    CommandLine command = e.getCommandLine();
    context.err().println("dozo: " + e.getMessage());
    if (!UnmatchedArgumentException.printSuggestions(e, context.err())) {
      context.err().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    }
    return ExitCode.USAGE.code();
  }

  /** Tells how a command failed, and returns its exit code. */
  static int failed(Throwable e, PrintStream err, boolean json, boolean debug) {
    Failure failure = Failure.of(e);
    if (json) {
      err.println(
          Json.object(object ->
              object
                  .put("type", "error")
                  .put("code", failure.code().code())
                  .put("kind", failure.code().word())
                  .put("message", failure.message())));
    } else {
      failure
          .message()
          .lines()
          .filter(Predicate.not(String::isBlank))
          .forEach(line -> err.println("dozo: " + line));
    }
    if (debug) {
      e.printStackTrace(err);
    }
    return failure.code().code();
  }
}
