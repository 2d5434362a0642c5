package dozo.bench.compare;

import dozo.bench.compare.Figures.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The ratios that Dozo holds itself to, wherever it is measured. */
final class Limits {

  /** The tool whose ratios they are. */
  static final String DOZO = "Dozo";

  private final Figures figures;
  private final List<Verdict> verdicts = new ArrayList<>();

  Limits(Figures figures) {
    this.figures = figures;
  }

  /**
   * One ratio.
   *
   * @param what what was divided by what
   * @param limit what it may be
   * @param measured what it is
   */
  record Verdict(String what, double limit, double measured) {}

  /** What can be told from the steps that were run. */
  List<Verdict> verdicts() {
    Optional<Figure> first = figures.find(DOZO, "first-full");
    Optional<Figure> unchanged = figures.find(DOZO, "unchanged");
    first.ifPresent(full ->
        unchanged.ifPresent(
            again -> add("unchanged re-run, wall, of its first full", 1 / 3.0, wall(again, full))));
    Optional<Figure> fromServer = figures.find(DOZO, "unchanged-stream");
    Optional<Figure> fromSource = figures.find(DOZO, "unchanged-source");
    fromServer.ifPresent(stream -> {
      unchanged.ifPresent(own ->
          add(
              "unchanged re-run, wall, source-side with tags, of server-side",
              1 / 1.5,
              wall(own, stream)));
      fromSource.ifPresent(source ->
          add(
              "unchanged re-run, wall, source-side without tags, of server-side",
              1 / 1.5,
              wall(source, stream)));
    });
    for (Tool tool : figures.tools()) {
      if (!tool.name().equals(DOZO)) {
        against(tool.name());
      }
    }
    return List.copyOf(verdicts);
  }

  private void against(String rival) {
    for (String key : List.of("first-full", "first-full-warm")) {
      String what = key.endsWith("warm") ? "first full, server warm, " : "first full, ";
      both(
          key,
          rival,
          (own, other) -> {
            add(what + "wall, of " + rival, rival.equals("borg") ? 0.35 : 0.40, wall(own, other));
            add(
                what + "CPU, of " + rival,
                0.50,
                own.usage().cpuSeconds() / other.usage().cpuSeconds());
          });
    }
    worst("next days read in full, the worst, wall, of " + rival, 0.40, rival, Step::isWhole);
    worst(
        "next days from changed extents, the worst, wall, of " + rival,
        0.15,
        rival,
        Step::isChanges);
    String last = figures.find(DOZO, "sibling").isPresent() ? "sibling" : "clone";
    both(
        last,
        rival,
        (own, other) ->
            add(
                "stored after the whole series, of " + rival,
                0.85,
                (double) own.stored().bytes() / other.stored().bytes()));
    both(
        "restore",
        rival,
        (own, other) -> add("restore, wall, of " + rival, 0.50, wall(own, other)));
    both(
        "restore-warm",
        rival,
        (own, other) -> add("restore, server warm, wall, of " + rival, 0.50, wall(own, other)));
  }

  @FunctionalInterface
  private interface Comparison {
    void of(Figure own, Figure other);
  }

  private void both(String key, String rival, Comparison comparison) {
    figures
        .find(DOZO, key)
        .ifPresent(
            own -> figures.rival(rival, own.step()).ifPresent(other -> comparison.of(own, other)));
  }

  private void worst(String what, double limit, String rival, Predicate<Step> which) {
    double worst = 0;
    for (Figure own : figures.all()) {
      if (own.tool().equals(DOZO) && which.test(own.step())) {
        Optional<Figure> other = figures.rival(rival, own.step());
        worst = Math.max(worst, other.map(figure -> wall(own, figure)).orElse(0.0));
      }
    }
    if (worst > 0) {
      add(what, limit, worst);
    }
  }

  private static double wall(Figure own, Figure other) {
    return own.usage().wallSeconds() / other.usage().wallSeconds();
  }

  private void add(String what, double limit, double measured) {
    verdicts.add(new Verdict(what, limit, measured));
  }
}
