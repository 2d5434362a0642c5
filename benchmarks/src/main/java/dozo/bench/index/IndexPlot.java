package dozo.bench.index;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Draws costs against sizes, both on logarithmic axes, as an SVG. */
final class IndexPlot {

  private static final int WIDTH = 720;
  private static final int HEIGHT = 420;
  private static final int LEFT = 70;
  private static final int RIGHT = 190;
  private static final int TOP = 40;
  private static final int BOTTOM = 50;
  private static final double LEAST_NANOS = 10;
  private static final double MOST_NANOS = 100_000;

  /** One line of the plot. */
  private record Line(String name, String colour, ToDoubleFunction<IndexCost> nanos) {}

  private static final List<Line> LINES =
      List.of(
          new Line("entering, server's batches", "#b3541e", IndexCost::enteringNanos),
          new Line("random known, LMDB alone", "#7a4e9e", IndexCost::randomNanos),
          new Line("run of known, backup order", "#1f6f8b", IndexCost::runNanos),
          new Line("unknown", "#3a7d34", IndexCost::unknownNanos));

  private IndexPlot() {}

  static String of(List<IndexCost> costs) {
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' font-family='sans-serif'"
                + " font-size='12'>%n<rect width='100%%' height='100%%' fill='white'/>%n",
            WIDTH,
            HEIGHT));
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x='%d' y='22' font-size='14'>Index: processor time a chunk</text>%n",
            LEFT));
    for (double nanos = LEAST_NANOS; nanos <= MOST_NANOS; nanos *= 10) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<line x1='%d' x2='%d' y1='%.1f' y2='%3$.1f' stroke='#ddd'/>"
                  + "<text x='%d' y='%.1f' text-anchor='end'>%s</text>%n",
              LEFT,
              WIDTH - RIGHT,
              y(nanos),
              LEFT - 6,
              y(nanos) + 4,
              time(nanos)));
    }
    for (IndexCost cost : costs) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x='%.1f' y='%d' text-anchor='middle'>%,d M</text>%n",
              x(costs, cost),
              HEIGHT - BOTTOM + 18,
              Math.round(cost.chunks() / 1e6)));
    }
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x='%d' y='%d' text-anchor='middle'>chunks in the index</text>%n",
            (LEFT + WIDTH - RIGHT) / 2,
            HEIGHT - 10));
    for (Line line : LINES) {
      draw(svg, costs, line);
    }
    return svg.append("</svg>\n").toString();
  }

  private static void draw(StringBuilder svg, List<IndexCost> costs, Line line) {
    StringBuilder points = new StringBuilder();
    for (IndexCost cost : costs) {
      double x = x(costs, cost);
      double y = y(line.nanos.applyAsDouble(cost));
      points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
      svg.append(
          String.format(
              Locale.ROOT, "<circle cx='%.1f' cy='%.1f' r='3' fill='%s'/>%n", x, y, line.colour));
    }
    IndexCost last = costs.getLast();
    double nanos = line.nanos.applyAsDouble(last);
    svg.append(
        String.format(
            Locale.ROOT,
            "<polyline points='%s' fill='none' stroke='%s' stroke-width='2'/>%n"
                + "<text x='%.1f' y='%.1f' fill='%2$s'>%s</text>%n",
            points.toString().trim(),
            line.colour,
            x(costs, last) + 8,
            y(nanos) + 4,
            line.name));
  }

  private static double x(List<IndexCost> costs, IndexCost cost) {
    double first = Math.log((double) costs.getFirst().chunks());
    double span = Math.max(1e-9, Math.log((double) costs.getLast().chunks()) - first);
    return LEFT + (WIDTH - RIGHT - LEFT) * (Math.log((double) cost.chunks()) - first) / span;
  }

  private static double y(double nanos) {
    double share = Math.log(Math.clamp(nanos, LEAST_NANOS, MOST_NANOS) / LEAST_NANOS);
    double whole = Math.log(MOST_NANOS / LEAST_NANOS);
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share / whole;
  }

  private static String time(double nanos) {
    return nanos < 1_000
        ? String.format(Locale.ROOT, "%.0f ns", nanos)
        : String.format(Locale.ROOT, "%.0f us", nanos / 1_000);
  }
}
