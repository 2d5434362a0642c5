package dozo.bench.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** All that was measured. For one thread. */
final class Figures {

  /**
   * One step with one tool.
   *
   * @param tool the tool's name
   * @param usage what it used
   * @param sentBytes what went to the server, where there is one and something was sent
   * @param stored what the repository took afterwards, or the dedup domain if the step has its own
   */
  record Figure(String tool, Step step, Usage usage, OptionalLong sentBytes, Stored stored) {}

  /**
   * Reading through a mount.
   *
   * @param tool the tool's name
   * @param pass which reads
   * @param reads how many
   * @param bytes how much they brought
   * @param seconds how long they took
   * @param medianSeconds of one read
   * @param p99Seconds of one read
   * @param wrongReads how many brought other bytes than the image has
   * @param cpuSeconds of the mount and of the server
   * @param peakBytes the most memory that the mount had until then
   */
  record ReadFigure(
      String tool,
      ReadPass pass,
      int reads,
      long bytes,
      double seconds,
      double medianSeconds,
      double p99Seconds,
      int wrongReads,
      double cpuSeconds,
      long peakBytes) {}

  /** How a mount is read. */
  enum ReadPass {
    SEQUENTIAL("sequential 1 MiB, cold"),
    RANDOM_COLD("random 4 KiB, cold"),
    RANDOM_WARM("the same blocks again");

    private final String title;

    ReadPass(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  private final List<Tool> tools = new ArrayList<>();
  private final List<Figure> steps = new ArrayList<>();
  private final List<ReadFigure> reads = new ArrayList<>();

  void add(Tool tool) {
    tools.add(tool);
  }

  void add(Figure figure) {
    steps.add(figure);
  }

  void add(ReadFigure figure) {
    reads.add(figure);
  }

  List<Tool> tools() {
    return tools;
  }

  List<Figure> all() {
    return steps;
  }

  List<ReadFigure> reads() {
    return reads;
  }

  /** The steps of all tools, in the order of the tables. */
  List<Step> steps() {
    return steps.stream()
        .map(Figure::step)
        .distinct()
        .sorted(Comparator.comparingInt(Step::order))
        .toList();
  }

  Optional<Figure> find(String tool, String stepKey) {
    return steps.stream()
        .filter(figure -> figure.tool().equals(tool) && figure.step().key().equals(stepKey))
        .findFirst();
  }

  /** What a tool needs for a step, or for the step that does the same for its user. */
  Optional<Figure> rival(String tool, Step step) {
    return find(tool, step.key()).or(() -> find(tool, step.rival()));
  }

  Optional<ReadFigure> read(String tool, ReadPass pass) {
    return reads.stream()
        .filter(figure -> figure.tool().equals(tool) && figure.pass() == pass)
        .findFirst();
  }
}
