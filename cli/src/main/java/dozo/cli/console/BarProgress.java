package dozo.cli.console;

import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A bar that fills, on a terminal. */
final class BarProgress implements Progress {

  private static final int INTERVAL_MILLIS = 200;
  private static final int MAXIMUM_WIDTH = 120;
  private static final long MIB = 1 << 20;

  private final Output output;
  private final String task;
  private final int width;
  private final Pace pace = new Pace(Duration.ZERO);
  private @Nullable ProgressBar bar;

  BarProgress(Output output, String task) {
    this.output = output;
    this.task = task;
    this.width = Math.min(MAXIMUM_WIDTH, Terminal.width() - 1);
  }

  @Override
  public void show(Step step) {
    ProgressBar shown = bar == null ? open(step) : bar;
    bar = shown;
    shown.maxHint(Math.max(step.totalBytes(), 1));
    shown.stepTo(step.doneBytes());
    shown.setExtraMessage(" " + Quantity.rate(pace.rate(step.doneBytes())) + " " + step.detail());
  }

  private ProgressBar open(Step step) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(Math.max(step.totalBytes(), 1))
        .setUnit(" MiB", MIB)
        .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BAR)
        .setUpdateIntervalMillis(INTERVAL_MILLIS)
        .setEtaFunction(state -> pace.left(state.getCurrent(), state.getMax()))
        // Told the width, the library leaves the terminal and its signals alone.
        .setConsumer(new ConsoleProgressBarConsumer(output.err(), width))
        .build();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
