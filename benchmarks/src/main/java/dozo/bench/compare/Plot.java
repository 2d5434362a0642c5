package dozo.bench.compare;

import dozo.bench.compare.Figures.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Three charts of bars in one SVG: wall clock, processor time, and bytes stored, a group for each
 * step that all tools have. What Dozo makes of the same step otherwise, with a warm server or from
 * changed extents, is a paler bar beside it.
 */
final class Plot {

  private static final int CHART_WIDTH = 420;
  private static final int LABEL_WIDTH = 190;
  private static final int VALUE_WIDTH = 60;
  private static final int GAP = 30;
  private static final int BAR_HEIGHT = 11;
  private static final int GROUP_GAP = 10;
  private static final int TOP = 62;
  private static final double MIB = 1 << 20;
  private static final List<String> COLOURS = List.of("#1f5f8b", "#d98032", "#7a7a7a");
  private static final String PALE = "#8ebcd9";
  private static final String OTHERWISE =
      "Dozo otherwise: server warm, changed extents only, or source-side";

  private final Figures figures;
  private final List<String> tools;
  private final List<Step> groups;
  private final StringBuilder svg = new StringBuilder();

  Plot(Figures figures) {
    this.figures = figures;
    this.tools = figures.tools().stream().map(Tool::name).toList();
    this.groups = figures.steps().stream().filter(step -> step.key().equals(step.rival())).toList();
  }

  /** One bar. */
  private record Bar(String colour, double value) {}

  /** Draws it. */
  String draw() {
    int height = TOP + groupTops().getLast() + 20;
    int width = LABEL_WIDTH + 3 * CHART_WIDTH;
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
            + " font-size=\"11\">",
        width, height);
    add("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", width, height);
    legend();
    for (int i = 0; i < groups.size(); i++) {
      int middle = TOP + groupTops().get(i) + bars(groups.get(i), f -> 1).size() * BAR_HEIGHT / 2;
      add(
          "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
          LABEL_WIDTH - 8, middle + 4, groups.get(i).title());
    }
    chart(0, "wall clock, s", "%.1f", figure -> figure.usage().wallSeconds());
    chart(1, "processor time of client and server, s", "%.1f", f -> f.usage().cpuSeconds());
    chart(2, "stored afterwards, MiB", "%.0f", figure -> figure.stored().bytes() / MIB);
    add("</svg>");
    return svg.toString();
  }

  private void legend() {
    int x = LABEL_WIDTH;
    List<String> names = new ArrayList<>(tools);
    names.add(OTHERWISE);
    for (int i = 0; i < names.size(); i++) {
      String colour = i < tools.size() ? COLOURS.get(i % COLOURS.size()) : PALE;
      add("<rect x=\"%d\" y=\"12\" width=\"11\" height=\"11\" fill=\"%s\"/>", x, colour);
      add("<text x=\"%d\" y=\"22\">%s</text>", x + 16, names.get(i));
      x += 90;
    }
  }

  /** Where each group begins, and where the last one ends. */
  private List<Integer> groupTops() {
    List<Integer> tops = new ArrayList<>();
    int y = 0;
    for (Step group : groups) {
      tops.add(y);
      y += bars(group, figure -> 1).size() * BAR_HEIGHT + GROUP_GAP;
    }
    tops.add(y);
    return tops;
  }

  private List<Bar> bars(Step step, ToDoubleFunction<Figure> value) {
    List<Bar> bars = new ArrayList<>();
    for (int i = 0; i < tools.size(); i++) {
      String colour = COLOURS.get(i % COLOURS.size());
      figures
          .find(tools.get(i), step.key())
          .ifPresent(each -> bars.add(new Bar(colour, value.applyAsDouble(each))));
      for (Figure other : otherwise(tools.get(i), step)) {
        bars.add(new Bar(PALE, value.applyAsDouble(other)));
      }
    }
    return bars;
  }

  /** What a tool made of the same step otherwise. */
  private List<Figure> otherwise(String tool, Step step) {
    return figures.all().stream()
        .filter(figure -> figure.tool().equals(tool) && !figure.step().equals(step))
        .filter(figure -> figure.step().rival().equals(step.key()))
        .filter(figure -> !figure.step().isServerSideAgain())
        .toList();
  }

  private void chart(int column, String title, String format, ToDoubleFunction<Figure> value) {
    int left = LABEL_WIDTH + column * CHART_WIDTH;
    int room = CHART_WIDTH - VALUE_WIDTH - GAP;
    double most =
        groups.stream()
            .flatMap(group -> bars(group, value).stream())
            .mapToDouble(Bar::value)
            .max()
            .orElse(1);
    add("<text x=\"%d\" y=\"%d\" font-weight=\"bold\">%s</text>", left, TOP - 14, title);
    for (int i = 0; i < groups.size(); i++) {
      int y = TOP + groupTops().get(i);
      for (Bar bar : bars(groups.get(i), value)) {
        double length = Math.max(1, bar.value() / most * room);
        add(
            "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
            left, y, length, BAR_HEIGHT - 1, bar.colour());
        add(
            "<text x=\"%.1f\" y=\"%d\" font-size=\"9\">" + format + "</text>",
            left + length + 4,
            y + BAR_HEIGHT - 2,
            bar.value());
        y += BAR_HEIGHT;
      }
    }
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency of its own
  private void add(String pattern, Object... values) {
    svg.append(String.format(Locale.ROOT, pattern, values)).append('\n');
  }
}
