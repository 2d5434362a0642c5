package dozo.bench.compare;

import dozo.bench.compare.Figures.Figure;
import dozo.bench.compare.Figures.ReadFigure;
import dozo.bench.compare.Figures.ReadPass;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** The tables, in Markdown, as they stand in {@code docs/benchmarks.md}. */
final class MarkdownReport {

  /** The name of the plot, which stands beside the tables. */
  static final String PLOT = "compare.svg";

  private static final double MIB = 1 << 20;
  private static final String NONE = "–";

  private final Figures figures;
  private final List<String> tools;
  private final List<String> rivals;
  private final boolean judged;
  private final StringBuilder text = new StringBuilder();

  /**
   * Prepares.
   *
   * @param judged whether the images are such that ratios say something
   */
  MarkdownReport(Figures figures, boolean judged) {
    this.figures = figures;
    this.judged = judged;
    this.tools = figures.tools().stream().map(Tool::name).toList();
    this.rivals =
        tools.contains(Limits.DOZO)
            ? tools.stream().filter(tool -> !tool.equals(Limits.DOZO)).toList()
            : List.of();
  }

  /**
   * Writes all of it.
   *
   * @param when the day
   * @param commit what was measured
   * @param machine what it was measured on
   * @param command what was run
   */
  String write(String when, String commit, String machine, String command) {
    line("%s, commit %s. %s.".formatted(when, commit, machine));
    line("");
    line("```");
    line(command);
    line("```");
    line("");
    figures.tools().forEach(tool -> line("* " + tool.description()));
    line("");
    line(noise());
    line("");
    line("![Wall clock, processor time and bytes stored, step by step](" + PLOT + ")");
    times();
    bytes();
    reads();
    if (judged) {
      limits();
    }
    return text.toString();
  }

  private String noise() {
    double worst =
        figures.all().stream()
            .map(Figure::usage)
            .mapToDouble(usage -> usage.otherCpuSeconds() / Math.max(0.01, usage.wallSeconds()))
            .max()
            .orElse(0);
    return format(
        "Other processes, the kernel's own threads among them, used at most %.2f of a core during a"
            + " step%s.",
        worst, worst > 0.25 ? ": **the machine was not quiet, so wall times say little**" : "");
  }

  private void times() {
    heading("Time");
    line(
        "Seconds of wall clock / of processor time, client and server together, and of the server also"
            + " what it does within six seconds after the receipt. A ratio is Dozo's"
            + " figure divided by the other's for what its user gets by the same.");
    line("");
    StringBuilder head = new StringBuilder("| step |");
    tools.forEach(tool -> head.append(' ').append(tool).append(" |"));
    rivals.forEach(rival -> head.append(" wall, CPU against ").append(rival).append(" |"));
    line(head.toString());
    line("|---|" + "---|".repeat(tools.size() + rivals.size()));
    for (Step step : figures.steps()) {
      StringBuilder row = new StringBuilder("| " + step.title() + " |");
      for (String tool : tools) {
        Optional<Usage> usage = figures.find(tool, step.key()).map(Figure::usage);
        cell(row, usage.map(used -> format("%.2f / %.2f", used.wallSeconds(), used.cpuSeconds())));
      }
      for (String rival : rivals) {
        Optional<Double> wall = ratio(step, rival, Usage::wallSeconds);
        Optional<Double> cpu = ratio(step, rival, Usage::cpuSeconds);
        cell(row, wall.map(ratio -> format("%.2f, %.2f", ratio, cpu.orElse(0.0))));
      }
      line(row.toString());
    }
  }

  private Optional<Double> ratio(Step step, String rival, ToDoubleFunction<Usage> figure) {
    return figures
        .find(Limits.DOZO, step.key())
        .flatMap(own ->
            figures
                .rival(rival, step)
                .map(other ->
                    figure.applyAsDouble(own.usage()) / figure.applyAsDouble(other.usage())));
  }

  private void bytes() {
    heading("Bytes");
    line(
        "MiB: stored afterwards; the most memory, of Dozo the client's + the server's; what the"
            + " client sent.");
    line("");
    StringBuilder head = new StringBuilder("| step |");
    for (String tool : tools) {
      head.append(' ').append(tool).append(" stored | memory |");
      head.append(tool.equals(Limits.DOZO) ? " sent |" : "");
    }
    line(head.toString());
    line("|---|" + "---|".repeat(head.toString().split("\\|", -1).length - 3));
    for (Step step : figures.steps()) {
      StringBuilder row = new StringBuilder("| " + step.title() + " |");
      for (String tool : tools) {
        Optional<Figure> figure = figures.find(tool, step.key());
        cell(row, figure.map(each -> format("%.0f", each.stored().bytes() / MIB)));
        cell(row, figure.map(each -> memory(each.usage())));
        if (tool.equals(Limits.DOZO)) {
          cell(row, figure.filter(each -> each.sentBytes().isPresent()).map(MarkdownReport::sent));
        }
      }
      line(row.toString());
    }
    line("");
    line(
        "Stored is the whole directory, of each file its length or what is allocated for it,"
            + " whichever is less: LMDB's map is a sparse file and counts with what is used of it. The"
            + " steps follow one another in one repository; \"server warm\" and \"changed extents\" come"
            + " after all others, in a dedup domain of their own where nothing is known, and count what"
            + " that domain takes.");
  }

  private static String memory(Usage usage) {
    String client = format("%.0f", usage.clientPeakBytes() / MIB);
    return usage.serverPeakBytes() == 0
        ? client
        : client + format(" + %.0f", usage.serverPeakBytes() / MIB);
  }

  private static String sent(Figure figure) {
    return format("%.0f", figure.sentBytes().orElse(0) / MIB);
  }

  private void reads() {
    if (figures.reads().isEmpty()) {
      return;
    }
    heading("Reading through the mount");
    line(
        "One read at a time, where the disk holds data; every byte is compared with the image."
            + " Random reads are O_DIRECT, so that each reaches the tool.");
    line("");
    line(
        "| reads | tool | a second | MB/s | p50 ms | p99 ms | CPU us a read | memory MiB | wrong |");
    line("|---|---|---|---|---|---|---|---|---|");
    for (ReadPass pass : ReadPass.values()) {
      for (String tool : tools) {
        figures.read(tool, pass).ifPresent(this::read);
      }
    }
  }

  private void read(ReadFigure read) {
    line(
        format(
            "| %s | %s | %,.0f | %.0f | %.2f | %.2f | %,.0f | %.0f | %d |",
            read.pass().title(),
            read.tool(),
            read.reads() / read.seconds(),
            read.bytes() / read.seconds() / 1e6,
            read.medianSeconds() * 1e3,
            read.p99Seconds() * 1e3,
            read.cpuSeconds() * 1e6 / read.reads(),
            read.peakBytes() / MIB,
            read.wrongReads()));
  }

  private void limits() {
    List<Limits.Verdict> verdicts = new Limits(figures).verdicts();
    if (verdicts.isEmpty()) {
      return;
    }
    heading("What Dozo holds itself to");
    line("| | at most | measured | |");
    line("|---|---|---|---|");
    for (Limits.Verdict verdict : verdicts) {
      line(
          format(
              "| %s | %.2f | %.2f | %s |",
              verdict.what(),
              verdict.limit(),
              verdict.measured(),
              verdict.measured() <= verdict.limit() ? "holds" : "**missed**"));
    }
  }

  private static void cell(StringBuilder row, Optional<String> content) {
    row.append(' ').append(content.orElse(NONE)).append(" |");
  }

  private void heading(String heading) {
    line("");
    line("### " + heading);
    line("");
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency of its own
  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  private void line(String words) {
    text.append(words).append('\n');
  }
}
