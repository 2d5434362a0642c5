package dozo.client.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgramTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  private static ProgramException.Reason failure(Duration limit, String... words) {
    return catchThrowableOfType(
            ProgramException.class, () -> new Program(List.of(words)).run(limit, List.of()))
        .reason();
  }

  @Test
  void passesWordsOnAsTheyAre() throws Exception {
    Program printf = new Program(List.of("printf", "%s|"));
    assertThat(printf.run(LONG, List.of("a b", "$(id)", "'", "*")).out())
        .isEqualTo("a b|$(id)|'|*|");
  }

  @Test
  void tellsCodeAndBothOutputs() throws Exception {
    Program shell = new Program(List.of("sh", "-c"));
    assertThat(shell.run(LONG, List.of("echo out; echo err >&2; exit 3")))
        .isEqualTo(new Program.Answer(3, "out\n", "err\n"));
  }

  @Test
  void speaksNoLanguageOfTheUser() throws Exception {
    Program shell = new Program(List.of("sh", "-c"));
    assertThat(shell.run(LONG, List.of("echo $LC_ALL-$LANGUAGE")).out()).isEqualTo("C-\n");
  }

  @Test
  void givesNothingToRead() throws Exception {
    assertThat(new Program(List.of("cat")).run(LONG, List.of()).out()).isEmpty();
  }

  @Test
  void endsWhatTakesTooLong() {
    assertThat(failure(Duration.ofMillis(50), "sleep", "600"))
        .isEqualTo(ProgramException.Reason.TOO_SLOW);
  }

  @Test
  void believesNotWhateverLength() {
    assertThat(failure(LONG, "sh", "-c", "yes | head -c 9000000; sleep 600"))
        .isEqualTo(ProgramException.Reason.TOO_MUCH);
  }

  @Test
  void saysThatThereIsNone() {
    assertThat(failure(LONG, "/nonexistent/virsh")).isEqualTo(ProgramException.Reason.NOT_RUN);
  }
}
