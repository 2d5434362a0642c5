package dozo.cli.console;

import java.io.PrintStream;
import java.util.function.Consumer;

/**
 * Where a command writes.
 *
 * <p>For people, results are lines on standard output; with JSON a command's result is one object
 * there, and each event before it one object on a line of its own, told apart by {@code type}.
 * Notices and warnings go to standard error.
 *
 * <p>May be used by several threads; lines are not mixed.
 */
public final class Output {

  private final PrintStream out;
  private final PrintStream err;
  private final boolean json;
  private final boolean quiet;

  /**
   * Takes the streams.
   *
   * @param json whether results and events are JSON
   * @param quiet whether notices are left out
   */
  public Output(PrintStream out, PrintStream err, boolean json, boolean quiet) {
    this.out = out;
    this.err = err;
    this.json = json;
    this.quiet = quiet;
  }

  /** Whether results and events are JSON. */
  public boolean isJson() {
    return json;
  }

  /** Whether notices and progress are left out. */
  public boolean isQuiet() {
    return quiet;
  }

  /** Prints a line of a result for people. */
  public synchronized void line(String text) {
    if (!json) {
      out.println(text);
      out.flush();
    }
  }

  /** Prints a table for people. */
  public void table(Table table) {
    table.lines().forEach(this::line);
  }

  /** Prints the result, or an event, as JSON if that was asked for. */
  public synchronized void json(String type, Consumer<Json> members) {
    if (json) {
      out.println(
          Json.object(object -> {
            object.put("type", type);
            members.accept(object);
          }));
      out.flush();
    }
  }

  /** Prints what a person may want to know beside the result. */
  public synchronized void notice(String text) {
    if (!json && !quiet) {
      err.println(text);
    }
  }

  /** Prints a line of an error, as it is. */
  public synchronized void complain(String line) {
    err.println(line);
  }

  /** Prints what a person has to know. */
  public synchronized void warn(String text) {
    if (json) {
      err.println(Json.object(object -> object.put("type", "warning").put("message", text)));
    } else {
      err.println("dozo: warning: " + text);
    }
  }

  /** Standard error, for a progress bar. */
  PrintStream err() {
    return err;
  }
}
