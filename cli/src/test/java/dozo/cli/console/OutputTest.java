package dozo.cli.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutputTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void printsResultsForPeopleOrAsJsonButNeverBoth() {
    speak(output(false, false));
    assertThat(out.toString(UTF_8)).isEqualTo("result\n");
    assertThat(err.toString(UTF_8)).isEqualTo("notice\ndozo: warning: beware\n");
    out.reset();
    err.reset();

    speak(output(true, false));
    assertThat(out.toString(UTF_8)).isEqualTo("{\"type\":\"result\",\"n\":1,\"l\":[\"a\"]}\n");
    assertThat(err.toString(UTF_8)).isEqualTo("{\"type\":\"warning\",\"message\":\"beware\"}\n");
  }

  @Test
  void keepsQuietWhenAsked() {
    Output quiet = output(false, true);
    speak(quiet);
    try (Progress progress = Progress.open(quiet, "task")) {
      progress.show(new Progress.Step(1, 2, "", json -> {}));
    }
    assertThat(out.toString(UTF_8)).isEqualTo("result\n");
    assertThat(err.toString(UTF_8)).isEqualTo("dozo: warning: beware\n");
  }

  private static void speak(Output output) {
    output.line("result");
    output.json("result", json -> json.put("n", 1).put("l", List.of("a")));
    output.notice("notice");
    output.warn("beware");
  }

  private Output output(boolean json, boolean quiet) {
    return new Output(
        new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), json, quiet);
  }
}
