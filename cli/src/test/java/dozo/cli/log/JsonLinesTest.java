package dozo.cli.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonLinesTest {

  private static final JsonMapper JSON = new JsonMapper();

  private final LoggerContext context = new LoggerContext();

  private JsonNode line(
      @Nullable Throwable error, Map<String, String> surroundings, String message, Object... all) {
    LoggingEvent event =
        new LoggingEvent(
            "here", context.getLogger("dozo.server.X"), Level.WARN, message, error, all);
    event.setMDCPropertyMap(surroundings);
    String text = new String(new JsonLines().encode(event), UTF_8);
    assertThat(text).endsWith("}\n").hasLineCount(1);
    return JSON.readTree(text);
  }

  @Test
  void makesMembersOfWhatAMessageNames() {
    JsonNode line =
        line(null, Map.of(), "Session begun session={} after {} s name=\"{}\"", "1f-2", 3, "a b");

    assertThat(line.path("session").asString()).isEqualTo("1f-2");
    assertThat(line.path("name").asString()).isEqualTo("a b");
    assertThat(line.path("message").asString())
        .isEqualTo("Session begun session=1f-2 after 3 s name=\"a b\"");
    assertThat(line.path("level").asString()).isEqualTo("WARN");
    assertThat(line.path("logger").asString()).isEqualTo("dozo.server.X");
    assertThat(line.has("time")).isTrue();
  }

  @Test
  void namesTheRequestThatItBelongsTo() {
    assertThat(line(null, Map.of("request", "7c"), "Failed").path("request").asString())
        .isEqualTo("7c");
  }

  @Test
  void keepsOneLineWhateverIsLogged() {
    JsonNode line =
        line(new IllegalStateException("two\nlines"), Map.of(), "Failed why={}", "a\n\"b\"");

    assertThat(line.path("why").asString()).isEqualTo("a\n\"b\"");
    assertThat(line.path("error").asString())
        .contains("IllegalStateException: two\nlines")
        .contains("at dozo.cli.log");
  }

  @Test
  void letsNoMessageTakeTheNamesOfItsOwnMembers() {
    JsonNode line = line(null, Map.of(), "Odd level={} time={}", "high", "now");

    assertThat(line.path("level").asString()).isEqualTo("WARN");
    assertThat(line.path("time").asString()).isNotEqualTo("now");
  }
}
