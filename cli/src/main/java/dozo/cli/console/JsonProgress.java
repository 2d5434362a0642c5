package dozo.cli.console;

import java.time.Duration;

/** Events of type {@code progress}, one a second at the most. */
final class JsonProgress implements Progress {

  private final Output output;
  private final Pace pace = new Pace(Duration.ofSeconds(1));

  JsonProgress(Output output) {
    this.output = output;
  }

  @Override
  public void show(Step step) {
    double rate = pace.rate(step.doneBytes());
    if (!pace.isDue()) {
      return;
    }
    output.json(
        "progress",
        json -> {
          json.put("doneBytes", step.doneBytes());
          json.put("totalBytes", step.totalBytes());
          json.put("bytesPerSecond", Math.round(rate));
          pace.left(step.doneBytes(), step.totalBytes())
              .ifPresent(left -> json.put("secondsLeft", left.toSeconds()));
          step.members().accept(json);
        });
  }

  @Override
  public void close() {}
}
