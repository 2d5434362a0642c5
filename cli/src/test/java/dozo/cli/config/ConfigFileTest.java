package dozo.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {

  @TempDir private Path directory;

  private ConfigFile file(String text) throws IOException {
    return ConfigFile.read(Files.writeString(directory.resolve("a.yaml"), text));
  }

  private static List<String> mistakes(ConfigFile file) {
    return catchThrowableOfType(ConfigException.class, file::check).mistakes().stream()
        .map(Mistake::toString)
        .toList();
  }

  @Test
  void readsWhatIsAskedFor() throws Exception {
    ConfigFile file =
        file(
            """
            # A comment.
            name: no          # a name, not a truth
            code: 007
            drain: 5min
            rate: 50M
            day: monday
            deep:
              empty:
              on: true
            words: [a, 1]
            one: alone
            parts:
              - size: 3
              - size: 4
            labels: {b: y, a: x}
            """);
    Section root = file.root();
    assertThat(root.text("name")).contains("no");
    assertThat(root.text("code")).contains("007");
    assertThat(root.number("code", 0, 7)).contains(7L);
    assertThat(root.time("drain")).contains(Duration.ofMinutes(5));
    assertThat(root.size("rate")).contains(50L << 20);
    assertThat(root.choice("day", DayOfWeek.class)).contains(DayOfWeek.MONDAY);
    Section deep = root.section("deep").orElseThrow();
    assertThat(deep.flag("on")).contains(true);
    assertThat(deep.section("empty")).isEmpty();
    assertThat(root.texts("words")).containsExactly("a", "1");
    assertThat(root.texts("one")).containsExactly("alone");
    assertThat(root.sections("parts").stream().map(part -> part.number("size", 0, 9).orElseThrow()))
        .containsExactly(3L, 4L);
    assertThat(root.named("labels")).isEqualTo(Map.of("a", "x", "b", "y"));
    assertThat(root.path("missing")).isEmpty();
    assertThat(root.texts("missing")).isEmpty();
    file.check();
  }

  @Test
  void tellsEveryMistakeWithItsLineAndWhatIsAllowed() throws Exception {
    ConfigFile file =
        file(
            """
            drain: soon
            port: 70000
            nmae: web
            parts:
              - colour: red
                size: 1
              - size: [1, 2]
            port: 1
            list: {a: b}
            nothing:
            """);
    Section root = file.root();
    assertThat(root.time("drain")).isEmpty();
    assertThat(root.number("port", 1, 65535)).isEmpty();
    assertThat(root.text("name").orElseGet(() -> root.missing("name", "?"))).isEqualTo("?");
    assertThat(root.sections("parts"))
        .extracting(part -> part.number("size", 0, 9).orElseGet(() -> part.missing("size", 0L)))
        .containsExactly(1L, 0L);
    assertThat(root.text("list")).isEmpty();
    assertThat(root.text("nothing")).isEmpty();
    root.wrong("list", "clashes with something else");

    assertThat(mistakes(file))
        .containsExactly(
            "line 1: drain is to be a time such as 30s, 5min, 2h or 7d, not \"soon\"",
            "line 1: name is missing",
            "line 2: port is to be a number from 1 to 65535, not \"70000\"",
            "line 3: nmae is not known; here may be drain, list, name, nothing, parts, port",
            "line 5: parts[0].colour is not known; here may be size",
            "line 7: parts[1].size is to be a single value, not a list",
            "line 8: port is there twice",
            "line 9: list is to be a single value, not a list",
            "line 9: list clashes with something else",
            "line 10: nothing has no value");
  }

  @Test
  void laysTheFileOverDefaultsAndSingleValuesOverBoth() throws Exception {
    String usual = "a: 1\nlist: [x, y]\ndeep: {b: 2, c: 3, d: {e: 4}}\nempty: {f: 5}\n";
    Path path =
        Files.writeString(directory.resolve("a.yaml"), "list: [z]\nempty:\ndeep:\n  c: 6\n");
    Origin option = new Origin.Option("--e");
    ConfigFile file =
        ConfigFile.read(Optional.of(path), usual, Map.of("deep.d.e", new Given("many", option)));
    Section root = file.root();
    assertThat(root.number("a", 0, 9)).contains(1L);
    assertThat(root.texts("list")).containsExactly("z");
    assertThat(root.below("empty").number("f", 0, 9)).contains(5L);
    Section deep = root.below("deep");
    assertThat(deep.number("b", 0, 9)).contains(2L);
    assertThat(deep.number("c", 0, 9)).contains(6L);
    assertThat(deep.below("d").number("e", 0, 9)).isEmpty();
    assertThat(deep.below("none").text("g")).isEmpty();
    assertThat(file.answers())
        .contains(
            new Answer("a", Optional.of("1"), new Origin.Usual()),
            new Answer("list[0]", Optional.of("z"), new Origin.Line(1)),
            new Answer("deep.c", Optional.of("6"), new Origin.Line(4)),
            new Answer("deep.d.e", Optional.of("many"), option),
            new Answer("deep.none.g", Optional.empty(), new Origin.Usual()));
    assertThat(mistakes(file))
        .containsExactly("--e: deep.d.e is to be a number from 0 to 9, not \"many\"");
  }

  @Test
  void takesTheStrongestOfAlternatives() throws Exception {
    Path path = Files.writeString(directory.resolve("a.yaml"), "x: 1\ny: 2\n");
    Given given = new Given("3", new Origin.Variable("Z"));
    ConfigFile both = ConfigFile.read(path);
    both.root().alternatives("x", "y", "z");
    assertThat(mistakes(both)).containsExactly("line 2: y and x exclude one another");
    ConfigFile one = ConfigFile.read(Optional.of(path), "", Map.of("z", given));
    one.root().alternatives("x", "y", "z");
    assertThat(one.root().text("x")).isEmpty();
    assertThat(one.root().text("z")).contains("3");
    one.check();
  }

  @Test
  void namesTheFileOnEachLineOfTheMessage() throws Exception {
    ConfigFile file = file("a: 1\nb: 2\n");
    assertThatThrownBy(file::check)
        .hasMessageContaining(directory.resolve("a.yaml") + ", line 1: a is not known")
        .hasMessageContaining(directory.resolve("a.yaml") + ", line 2: b is not known");
  }

  @Test
  void takesAnEmptyFileForOneWithoutKeys() throws Exception {
    ConfigFile file = file("# nothing yet\n");
    assertThat(file.root().text("name")).isEmpty();
    file.check();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          - a list       | line 1: a configuration begins
          a: [1, 2         | not YAML
          a: "x            | not YAML
          a: *nobody       | not YAML
          '%YAML 9.9'      | not YAML
          """)
  void refusesWhatIsNoConfiguration(String text, String message) {
    assertThatThrownBy(() -> file(text))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesTwoDocuments() {
    assertThatThrownBy(() -> file("a: 1\n---\nb: 2\n")).isInstanceOf(ConfigException.class);
  }

  @Test
  void refusesWhatIsTooDeepTooLongOrNoText() throws Exception {
    assertThatThrownBy(() -> file("a: " + "[".repeat(100_000)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("32 levels");
    assertThatThrownBy(() -> file("# " + "x".repeat(1 << 20)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("1 MiB");
    Path bytes = Files.write(directory.resolve("b.yaml"), new byte[] {'a', ':', ' ', (byte) 0xff});
    assertThatThrownBy(() -> ConfigFile.read(bytes))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("UTF-8");
    assertThatThrownBy(() -> ConfigFile.read(directory))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(directory + ", line 1: this is a directory");
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "5m", "s", "-5s", "5 s 3", "1.5h", "9999999999999999999s"})
  void refusesWhatIsNoTime(String text) throws Exception {
    ConfigFile file = file("t: " + text);
    assertThat(file.root().time("t")).isEmpty();
    assertThat(mistakes(file)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"5k", "M", "-1", "1.5G", "99999999999T", "1 GiB"})
  void refusesWhatIsNoSize(String text) throws Exception {
    ConfigFile file = file("s: " + text);
    assertThat(file.root().size("s")).isEmpty();
    assertThat(mistakes(file)).hasSize(1);
  }
}
