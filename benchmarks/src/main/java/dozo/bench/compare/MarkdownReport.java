package dozo.bench.compare;

import static dozo.bench.compare.MarkdownPage.format;

import dozo.bench.compare.Figures.Figure;
import dozo.bench.compare.Figures.ReadFigure;
import dozo.bench.compare.Figures.ReadPass;
import java.util.ArrayList;
import java.util.List;
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
  private final MarkdownPage page;

  /**
   * Prepares.
   *
   * @param judged whether the images are such that ratios say something
   */
  MarkdownReport(Figures figures, Origin origin, boolean judged) {
    this.figures = figures;
    this.judged = judged;
    this.page = new MarkdownPage(origin);
    this.tools = figures.tools().stream().map(Tool::name).toList();
    this.rivals =
        tools.contains(Limits.DOZO)
            ? tools.stream().filter(tool -> !tool.equals(Limits.DOZO)).toList()
            : List.of();
  }

  /** Writes all of it; once. */
  String write() {
    page.line("");
    figures.tools().forEach(tool -> page.line("* " + tool.description()));
    page.line("");
    page.line(noise());
    page.line("");
    page.line("![Wall clock, processor time and bytes stored, step by step](" + PLOT + ")");
    times();
    bytes();
    reads();
    if (judged) {
      limits();
    }
    return page.text();
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
    page.heading("Time");
    page.line(
        "Seconds of wall clock / of processor time, client and server together, and of the server also"
            + " what it does within six seconds after the receipt. A ratio is Dozo's"
            + " figure divided by the other's for what its user gets by the same.");
    page.line("");
    List<String> columns = new ArrayList<>(List.of("step"));
    columns.addAll(tools);
    rivals.forEach(rival -> columns.add("wall, CPU against " + rival));
    page.table(columns);
    for (Step step : figures.steps()) {
      List<String> row = new ArrayList<>(List.of(step.title()));
      for (String tool : tools) {
        Optional<Usage> usage = figures.find(tool, step.key()).map(Figure::usage);
        row.add(
            usage
                .map(used -> format("%.2f / %.2f", used.wallSeconds(), used.cpuSeconds()))
                .orElse(NONE));
      }
      for (String rival : rivals) {
        Optional<Double> wall = ratio(step, rival, Usage::wallSeconds);
        Optional<Double> cpu = ratio(step, rival, Usage::cpuSeconds);
        row.add(wall.map(ratio -> format("%.2f, %.2f", ratio, cpu.orElse(0.0))).orElse(NONE));
      }
      page.row(row);
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
    page.heading("Bytes");
    page.line(
        "MiB: stored afterwards; the most memory, of Dozo the client's + the server's; what the"
            + " client sent.");
    page.line("");
    List<String> columns = new ArrayList<>(List.of("step"));
    for (String tool : tools) {
      columns.addAll(List.of(tool + " stored", "memory"));
      if (tool.equals(Limits.DOZO)) {
        columns.add("sent");
      }
    }
    page.table(columns);
    for (Step step : figures.steps()) {
      List<String> row = new ArrayList<>(List.of(step.title()));
      for (String tool : tools) {
        Optional<Figure> figure = figures.find(tool, step.key());
        row.add(figure.map(each -> format("%.0f", each.stored().bytes() / MIB)).orElse(NONE));
        row.add(figure.map(each -> memory(each.usage())).orElse(NONE));
        if (tool.equals(Limits.DOZO)) {
          row.add(
              figure
                  .filter(each -> each.sentBytes().isPresent())
                  .map(MarkdownReport::sent)
                  .orElse(NONE));
        }
      }
      page.row(row);
    }
    page.line("");
    page.line(
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
    page.heading("Reading through the mount");
    page.line(
        "One read at a time, where the disk holds data; every byte is compared with the image."
            + " Random reads are O_DIRECT, so that each reaches the tool.");
    page.line("");
    page.table(
        "reads",
        "tool",
        "a second",
        "MB/s",
        "p50 ms",
        "p99 ms",
        "CPU us a read",
        "memory MiB",
        "wrong");
    for (ReadPass pass : ReadPass.values()) {
      for (String tool : tools) {
        figures.read(tool, pass).ifPresent(this::read);
      }
    }
  }

  private void read(ReadFigure read) {
    page.row(
        read.pass().title(),
        read.tool(),
        format("%,.0f", read.reads() / read.seconds()),
        format("%.0f", read.bytes() / read.seconds() / 1e6),
        format("%.2f", read.medianSeconds() * 1e3),
        format("%.2f", read.p99Seconds() * 1e3),
        format("%,.0f", read.cpuSeconds() * 1e6 / read.reads()),
        format("%.0f", read.peakBytes() / MIB),
        format("%d", read.wrongReads()));
  }

  private void limits() {
    List<Limits.Verdict> verdicts = new Limits(figures).verdicts();
    if (verdicts.isEmpty()) {
      return;
    }
    page.heading("What Dozo holds itself to");
    page.table("", "at most", "measured", "");
    for (Limits.Verdict verdict : verdicts) {
      page.row(
          verdict.what(),
          format("%.2f", verdict.limit()),
          format("%.2f", verdict.measured()),
          MarkdownPage.verdict(verdict.measured() <= verdict.limit()));
    }
  }
}
