package dozo.cli.console;

import java.util.function.Consumer;

/** Shows how far a command has come, as fits whoever is watching. */
public interface Progress extends AutoCloseable {

  /**
   * How far a command has come.
   *
   * @param doneBytes of the total
   * @param totalBytes the whole work, or 0 while it is unknown
   * @param detail what else is worth a few words, such as {@code dedup 4.2x}
   * @param members further members of the JSON event
   */
  record Step(long doneBytes, long totalBytes, String detail, Consumer<Json> members) {}

  /** Takes note; called as often as the caller likes, by one thread at a time. */
  void show(Step step);

  /** Leaves the display as it should be after the work. May be called more than once. */
  @Override
  void close();

  /**
   * Begins a display.
   *
   * @param task a word or two for what is being done, such as the VM's name
   */
  static Progress open(Output output, String task) {
    if (output.isJson()) {
      return new JsonProgress(output);
    }
    if (output.isQuiet()) {
      return new NoProgress();
    }
    return Terminal.ERR.isInteractive()
        ? new BarProgress(output, task)
        : new LineProgress(output, task);
  }
}
