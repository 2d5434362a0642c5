package dozo.cli.console;

import java.time.Duration;

/** A line every few seconds, for logs. */
final class LineProgress implements Progress {

  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final Output output;
  private final String task;
  private final Pace pace = new Pace(INTERVAL);

  LineProgress(Output output, String task) {
    this.output = output;
    this.task = task;
  }

  @Override
  public void show(Step step) {
    double rate = pace.rate(step.doneBytes());
    if (!pace.isDue()) {
      return;
    }
    StringBuilder line = new StringBuilder(task).append(": ");
    if (step.totalBytes() > 0) {
      line.append(step.doneBytes() * 100 / step.totalBytes()).append(" % of ");
      line.append(Quantity.bytes(step.totalBytes()));
    } else {
      line.append(Quantity.bytes(step.doneBytes()));
    }
    line.append(", ").append(Quantity.rate(rate));
    if (!step.detail().isEmpty()) {
      line.append(", ").append(step.detail());
    }
    pace.left(step.doneBytes(), step.totalBytes())
        .ifPresent(left -> line.append(", ").append(Quantity.time(left)).append(" left"));
    output.notice(line.toString());
  }

  @Override
  public void close() {}
}
