package dozo.bench.compare;

import java.util.List;
import java.util.Locale;

/** A page in Markdown, from its first line to its last. For one thread. */
final class MarkdownPage {

  private final StringBuilder text = new StringBuilder();

  /** Begins with what was measured, on what and how. */
  MarkdownPage(Origin origin) {
    line("%s, commit %s. %s.".formatted(origin.day(), origin.commit(), origin.machine()));
    line("");
    line("```");
    line(origin.command());
    line("```");
  }

  void line(String words) {
    text.append(words).append('\n');
  }

  void heading(String heading) {
    line("");
    line("### " + heading);
    line("");
  }

  /** Begins a table. */
  void table(List<String> columns) {
    row(columns);
    line("|" + "---|".repeat(columns.size()));
  }

  /** Begins a table. */
  void table(String... columns) {
    table(List.of(columns));
  }

  /** Goes on with a table. */
  void row(List<String> cells) {
    StringBuilder row = new StringBuilder("|");
    cells.forEach(cell -> row.append(cell.isEmpty() ? "" : " ").append(cell).append(" |"));
    line(row.toString());
  }

  /** Goes on with a table. */
  void row(String... cells) {
    row(List.of(cells));
  }

  /** What a verdict says. */
  static String verdict(boolean holds) {
    return holds ? "holds" : "**missed**";
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency of its own
  static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  /** All of it. */
  String text() {
    return text.toString();
  }
}
