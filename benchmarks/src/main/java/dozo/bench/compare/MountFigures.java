package dozo.bench.compare;

import dozo.bench.compare.Fio.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** What {@code ./dozo bench mount} has measured. For one thread. */
final class MountFigures {

  /** A kind of requests, as it stands in the tables. */
  enum Row {
    SEQUENTIAL_FIRST("sequential reads of 1 MiB, the first ever"),
    SEQUENTIAL("sequential reads of 1 MiB"),
    UNCACHED_FIRST("random 4 KiB, not cached, one at a time, mount just started"),
    UNCACHED("random 4 KiB, not cached, four at a time"),
    UNCACHED_BESIDE_BACKUP("the same beside a backup"),
    CACHED("random 4 KiB, cached by the mount, four at a time"),
    WRITES("random writes of 4 KiB, each with fsync");

    private final String title;

    Row(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  /**
   * A load on one tool's mount.
   *
   * @param cpuSeconds what the mount and what works for it used
   * @param peakBytes the most memory of the mount
   */
  record Figure(String tool, Row row, Outcome outcome, double cpuSeconds, long peakBytes) {}

  /**
   * How long something takes to start.
   *
   * @param seconds the median
   */
  record Start(String what, double seconds) {}

  private final List<Figure> figures = new ArrayList<>();
  private final List<Start> starts = new ArrayList<>();
  private OptionalDouble blocksBytesPerSecond = OptionalDouble.empty();

  void add(Figure figure) {
    figures.add(figure);
  }

  void add(Start start) {
    starts.add(start);
  }

  /** Notes how fast the building blocks of a sequential read are, one after another. */
  void noteBlocks(double bytesPerSecond) {
    blocksBytesPerSecond = OptionalDouble.of(bytesPerSecond);
  }

  OptionalDouble blocksBytesPerSecond() {
    return blocksBytesPerSecond;
  }

  List<Figure> all() {
    return List.copyOf(figures);
  }

  List<Start> starts() {
    return List.copyOf(starts);
  }

  Optional<Figure> find(String tool, Row row) {
    return figures.stream()
        .filter(each -> each.tool().equals(tool) && each.row() == row)
        .findFirst();
  }

  Optional<Double> start(String what) {
    return starts.stream().filter(each -> each.what().equals(what)).map(Start::seconds).findFirst();
  }

  /** The names of the tools, in the order in which they were measured. */
  List<String> tools() {
    return figures.stream().map(Figure::tool).distinct().toList();
  }
}
