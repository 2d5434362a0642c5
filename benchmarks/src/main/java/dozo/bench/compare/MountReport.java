package dozo.bench.compare;

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
  private final StringBuilder text = new StringBuilder();

  /**
   * Prepares.
   *
   * @param judged whether it was measured long enough for figures to say something
   */
  MountReport(MountFigures figures, boolean judged) {
    this.figures = figures;
    this.judged = judged;
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
    loads();
    starts();
    if (judged) {
      limits();
    }
    return text.toString();
  }

  private void loads() {
    heading("Reads and writes");
    line(
        "A ratio is Dozo's requests a second divided by the other's. CPU is that of the mount and of"
            + " the server, per request.");
    line("");
    line("| | on | a second | MB/s | p50 ms | p99 ms | CPU us | memory MiB | Dozo's ratio |");
    line("|---|---|---|---|---|---|---|---|---|");
    for (Row row : Row.values()) {
      for (String tool : figures.tools()) {
        figures.find(tool, row).ifPresent(this::load);
      }
    }
  }

  private void load(Figure figure) {
    Outcome outcome = figure.outcome();
    boolean mounted = !figure.tool().equals(MountLoads.PLAIN);
    line(
        format(
            "| %s | %s | %,.0f | %,.0f | %.3f | %.3f | %s | %s | %s |",
            figure.row().title(),
            figure.tool(),
            outcome.perSecond(),
            outcome.bytesPerSecond() / 1e6,
            outcome.medianSeconds() * 1e3,
            outcome.p99Seconds() * 1e3,
            mounted ? format("%,.0f", figure.cpuSeconds() * 1e6 / outcome.requests()) : "",
            mounted ? format("%,.0f", figure.peakBytes() / (double) (1 << 20)) : "",
            figure.tool().equals(DOZO)
                ? ""
                : ratio(figure.row(), figure.tool()).map(it -> format("%.2f", it)).orElse("")));
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
    heading("Starting");
    line("| | s |");
    line("|---|---|");
    for (Start start : figures.starts()) {
      line(format("| %s | %.3f |", start.what(), start.seconds()));
    }
    line("");
    line(
        "`dozo --version` is what the launcher and the JVM take with the recording of classes that"
            + " the launcher makes; what a mount takes more is its work.");
  }

  private void limits() {
    heading("What a mount holds itself to");
    line("| | wanted | measured | |");
    line("|---|---|---|---|");
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
    line(
        format(
            "| %s | %s %,.1f | %,.2f | %s |",
            what, bound, limit, measured, holds ? "holds" : "**missed**"));
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
