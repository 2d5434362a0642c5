package dozo.cli.console;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Text in columns as wide as they need to be. A header that begins with a space aligns right. */
public final class Table {

  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  /** Begins with the headers. */
  public Table(String... headers) {
    rows.add(List.of(headers));
  }

  /** Adds a row of as many cells as there are headers. */
  public void row(String... cells) {
    if (cells.length != rows.getFirst().size()) {
      throw new IllegalArgumentException(
          "A row has " + rows.getFirst().size() + " cells, not " + cells.length);
    }
    rows.add(List.of(cells));
  }

  /** Returns the lines, the headers first, none with spaces at its end. */
  public List<String> lines() {
    List<String> headers = rows.getFirst();
    int[] widths =
        IntStream.range(0, headers.size())
            .map(column ->
                rows.stream().mapToInt(row -> row.get(column).strip().length()).max().orElse(0))
            .toArray();
    return rows.stream().map(row -> line(row, headers, widths)).toList();
  }

  private static String line(List<String> row, List<String> headers, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < row.size(); column++) {
      String cell = row.get(column).strip();
      String padding = " ".repeat(widths[column] - cell.length());
      line.append(column == 0 ? "" : GAP);
      line.append(headers.get(column).startsWith(" ") ? padding + cell : cell + padding);
    }
    return line.toString().stripTrailing();
  }
}
