package dozo.bench.compare;

import static dozo.bench.compare.MarkdownPage.format;

import dozo.bench.compare.Fio.Outcome;
import dozo.bench.compare.MountFigures.Figure;
import dozo.bench.compare.MountFigures.Row;
import dozo.bench.compare.MountFigures.Start;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** The tables of {@code ./dozo bench mount}, in Markdown and with tabs between. */
final class MountReport {

  private static final String DOZO = "Dozo";
  private static final String RESTIC = "restic";

  private final MountFigures figures;
  private final boolean judged;
  private final MarkdownPage page;

  /**
   * Prepares.
   *
   * @param judged whether it was measured long enough for figures to say something
   */
  MountReport(MountFigures figures, Origin origin, boolean judged) {
    this.figures = figures;
    this.judged = judged;
    this.page = new MarkdownPage(origin);
  }

  /** Writes all of it; once. */
  String write() {
    loads();
    starts();
    if (judged) {
      limits();
    }
    return page.text();
  }

  private void loads() {
    page.heading("Reads and writes");
    page.line(
        "A ratio is Dozo's requests a second divided by the other's. CPU is that of the mount and of"
            + " the server, per request.");
    page.line("");
    page.table(
        "", "on", "a second", "MB/s", "p50 ms", "p99 ms", "CPU us", "memory MiB", "Dozo's ratio");
    for (Row row : Row.values()) {
      for (String tool : figures.tools()) {
        figures.find(tool, row).ifPresent(this::load);
      }
    }
  }

  private void load(Figure figure) {
    Outcome outcome = figure.outcome();
    boolean mounted = !figure.tool().equals(MountLoads.PLAIN);
    page.row(
        figure.row().title(),
        figure.tool(),
        format("%,.0f", outcome.perSecond()),
        format("%,.0f", outcome.bytesPerSecond() / 1e6),
        format("%.3f", outcome.medianSeconds() * 1e3),
        format("%.3f", outcome.p99Seconds() * 1e3),
        mounted ? format("%,.0f", figure.cpuSeconds() * 1e6 / outcome.requests()) : "",
        mounted ? format("%,.0f", figure.peakBytes() / (double) (1 << 20)) : "",
        figure.tool().equals(DOZO)
            ? ""
            : ratio(figure.row(), figure.tool()).map(it -> format("%.2f", it)).orElse(""));
  }

  private Optional<Double> ratio(Row row, String other) {
    return measured(DOZO, row, Outcome::perSecond)
        .flatMap(own -> measured(other, row, Outcome::perSecond).map(its -> own / its));
  }

  private Optional<Double> measured(String tool, Row row, ToDoubleFunction<Outcome> what) {
    return figures.find(tool, row).map(figure -> what.applyAsDouble(figure.outcome()));
  }

  private void starts() {
    if (figures.starts().isEmpty()) {
      return;
    }
    page.heading("Starting");
    page.table("", "s");
    for (Start start : figures.starts()) {
      page.row(start.what(), format("%.3f", start.seconds()));
    }
    page.line("");
    page.line(
        "`dozo --version` is what the launcher and the JVM take with the recording of classes that"
            + " the launcher makes; what a mount takes more is its work.");
  }

  private void limits() {
    page.heading("What a mount holds itself to");
    page.table("", "wanted", "measured", "");
    atLeast("uncached reads a second", 3_000, measured(DOZO, Row.UNCACHED, Outcome::perSecond));
    atMost(
        "their p99, ms", 5, measured(DOZO, Row.UNCACHED, Outcome::p99Seconds).map(it -> it * 1e3));
    atLeast("cached reads a second", 40_000, measured(DOZO, Row.CACHED, Outcome::perSecond));
    if (figures.blocksBytesPerSecond().isPresent()) {
      double blocks = figures.blocksBytesPerSecond().getAsDouble();
      atLeast(
          format("sequential reads to their building blocks (%,.0f MB/s)", blocks / 1e6),
          0.6,
          measured(DOZO, Row.SEQUENTIAL, Outcome::bytesPerSecond).map(it -> it / blocks));
    }
    for (String start : List.of(MountStarts.SMALL, MountStarts.LARGE)) {
      atMost(
          start + ", beyond the JVM's start, s",
          0.5,
          figures
              .start(start)
              .flatMap(all -> figures.start(MountStarts.COMMAND).map(jvm -> all - jvm)));
    }
    atLeast("uncached reads to restic's", 10, ratio(Row.UNCACHED, RESTIC));
    atLeast("sequential reads to restic's", 2, ratio(Row.SEQUENTIAL, RESTIC));
  }

  private void atLeast(String what, double limit, Optional<Double> measured) {
    measured.ifPresent(value -> verdict(what, "at least", limit, value, value >= limit));
  }

  private void atMost(String what, double limit, Optional<Double> measured) {
    measured.ifPresent(value -> verdict(what, "at most", limit, value, value <= limit));
  }

  private void verdict(String what, String bound, double limit, double measured, boolean holds) {
    page.row(
        what,
        format("%s %,.1f", bound, limit),
        format("%,.2f", measured),
        MarkdownPage.verdict(holds));
  }

  /** Every figure, with tabs between. */
  String table() {
    StringBuilder table =
        new StringBuilder(
            "tool\tload\trequests\tper_s\tbytes_per_s\tp50_s\tp99_s\tcpu_s\tpeak_bytes\n");
    for (Figure each : figures.all()) {
      Outcome outcome = each.outcome();
      table.append(
          format(
              "%s\t%s\t%d\t%.3f\t%.0f\t%.9f\t%.9f\t%.2f\t%d\n",
              each.tool(),
              each.row().name().toLowerCase(Locale.ROOT).replace('_', '-'),
              outcome.requests(),
              outcome.perSecond(),
              outcome.bytesPerSecond(),
              outcome.medianSeconds(),
              outcome.p99Seconds(),
              each.cpuSeconds(),
              each.peakBytes()));
    }
    figures
        .starts()
        .forEach(start ->
            table.append(format("start\t%s\t1\t\t\t%.6f\t\t\t\n", start.what(), start.seconds())));
    return table.toString();
  }
}
