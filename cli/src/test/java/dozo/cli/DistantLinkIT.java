package dozo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dozo.cli.quickstart.Tool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code benchmarks/distant-link.sh}: a link of 150 ms and 1 Gbit/s. */
class DistantLinkIT {

  private static final int MIB = 48;

  @TempDir private Path directory;

  @Test
  void sendsNothingTwice() throws Exception {
    assumeTrue(Tool.find("openssl").isPresent(), "openssl is missing");
    Map<String, Map<String, Double>> pushes = run();
    Map<String, Double> unknown = pushes.getOrDefault("unknown", Map.of());
    Map<String, Double> known = pushes.getOrDefault("known", Map.of());
    Map<String, Double> untagged = pushes.getOrDefault("untagged", Map.of());
    Map<String, Double> clone = pushes.getOrDefault("clone", Map.of());
    assertThat(unknown.get("wireBytes")).isBetween(48.0 * (1 << 20), 54.0 * (1 << 20));
    assertThat(known.get("wireBytes")).isLessThan(200 << 10);
    assertThat(untagged.get("wireBytes")).isLessThan(1 << 20);
    assertThat(clone.get("wireBytes")).isLessThan(2 << 20);
  }

  /** Runs the script, and returns the figures of each push by their names. */
  private Map<String, Map<String, Double>> run() throws Exception {
    Path script = Path.of("..", "benchmarks", "distant-link.sh").toAbsolutePath().normalize();
    ProcessBuilder builder =
        new ProcessBuilder(
            "bash", script.toString(), "--mib", MIB + "", "--directory", directory.toString());
    List<String> own = new ArrayList<>(OwnProcess.running(List.of()).command());
    builder.environment().keySet().removeIf(name -> name.startsWith("DOZO_"));
    builder.environment().put("DOZO", String.join(" ", own));
    builder.environment().put("JAVA", own.getFirst());
    Path errors = directory.resolve("errors");
    builder.redirectError(errors.toFile());
    Process process = builder.start();
    String out;
    try (var output = process.inputReader(UTF_8)) {
      out = output.readAllAsString();
    }
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as("it wrote %s, %s", out, errors).isZero();
    Map<String, Map<String, Double>> pushes = new HashMap<>();
    for (String line : out.lines().toList()) {
      List<String> words = List.of(line.split(" "));
      Map<String, Double> figures = new HashMap<>();
      for (String word : words.subList(1, words.size())) {
        String[] pair = word.split("=", 2);
        if (!pair[0].equals("link")) {
          figures.put(pair[0], Double.valueOf(pair[1]));
        }
      }
      pushes.put(words.getFirst(), figures);
    }
    return pushes;
  }
}
