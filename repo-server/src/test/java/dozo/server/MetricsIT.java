package dozo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.protocol.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds docs/metrics.md against what a server shows that has done a little of everything. */
class MetricsIT {

  private static final Path DOCUMENT = Path.of("../docs/metrics.md");
  private static final Pattern ROW =
      Pattern.compile("\\| `(dozo_[a-z_]+)` \\| (counter|gauge|summary) \\|([^|]*)\\|.*");
  private static final Pattern TYPE = Pattern.compile("# TYPE (dozo_[a-z_]+) ([a-z]+)");
  private static final Pattern SERIES =
      Pattern.compile("(dozo_[a-z_]+?)(?:_count|_sum)?(?:\\{(.*)\\})? [0-9.E+-]+");

  @TempDir Path directory;

  /** Names, with their type and labels. */
  private static SortedMap<String, String> documented() throws IOException {
    SortedMap<String, String> found = new TreeMap<>();
    for (String line : Files.readAllLines(DOCUMENT)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        Set<String> labels = new TreeSet<>(Arrays.asList(row.group(3).strip().split("[`, ]+")));
        labels.remove("");
        found.put(row.group(1), row.group(2) + " " + labels);
      }
    }
    return found;
  }

  private static SortedMap<String, String> shown(String scrape) {
    SortedMap<String, String> types = new TreeMap<>();
    SortedMap<String, Set<String>> labels = new TreeMap<>();
    for (String line : scrape.lines().toList()) {
      Matcher type = TYPE.matcher(line);
      Matcher series = SERIES.matcher(line);
      if (type.matches()) {
        types.put(type.group(1), type.group(2));
      } else if (series.matches()) {
        Set<String> names = labels.computeIfAbsent(series.group(1), _ -> new TreeSet<>());
        String inner = series.group(2);
        if (inner != null) {
          for (String pair : inner.split(",", -1)) {
            names.add(pair.substring(0, pair.indexOf('=')));
          }
        }
      }
    }
    SortedMap<String, String> found = new TreeMap<>();
    types.forEach(
        (name, type) -> found.put(name, type + " " + labels.getOrDefault(name, new TreeSet<>())));
    return found;
  }

  private static long series(String scrape) {
    return scrape.lines().filter(line -> line.startsWith("dozo_")).count();
  }

  @Test
  void showsWhatIsDocumentedAndNothingElse() throws Exception {
    try (ServerFixture fixture = ServerFixture.start(directory)) {
      String before = fixture.server().metrics().scrape();
      assertThat(shown(before)).isEqualTo(documented());

      fixture.push(1024);
      fixture.connect(Role.OPERATOR).close();

      String after = fixture.server().metrics().scrape();
      assertThat(shown(after)).isEqualTo(documented());
      assertThat(series(after)).as("series before and after").isEqualTo(series(before));
      assertThat(after)
          .contains("dozo_sessions_ended_total{outcome=\"committed\"} 1.0")
          .containsPattern("dozo_repository_free_bytes [1-9]");
    }
  }

  @Test
  void namesEveryMetricAfterItsUnit() throws IOException {
    assertThat(documented()).isNotEmpty();
    documented()
        .forEach((name, type) -> {
          if (type.startsWith("counter")) {
            assertThat(name).endsWith("_total");
          } else {
            assertThat(name).doesNotEndWith("_total");
          }
        });
  }
}
