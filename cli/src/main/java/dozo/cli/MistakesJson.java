package dozo.cli;

import dozo.cli.config.Mistake;
import dozo.cli.console.Json;
import dozo.cli.console.Output;
import java.util.List;

/** The mistakes of a configuration, for programs. */
final class MistakesJson {

  private MistakesJson() {}

  /** Writes the result of a check. */
  static void write(Output output, List<Mistake> mistakes) {
    output.json("result", json -> put(json.put("valid", mistakes.isEmpty()), mistakes));
  }

  static Json put(Json json, List<Mistake> mistakes) {
    return json.put(
        "mistakes",
        mistakes,
        (each, mistake) ->
            each.put("line", mistake.line())
                .put("key", mistake.key())
                .put("message", mistake.message()));
  }
}
