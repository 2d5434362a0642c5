package dozo.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Increments of one percent in their short form. */
class IncrementIT {

  @TempDir private Path directory;

  @Test
  void sendsWhatChangedAndLeavesNothingBehind() throws Exception {
    List<String> missing = Programs.missingFor("dozo");
    assumeTrue(missing.isEmpty(), () -> "SKIPPED: " + missing);
    System.setProperty(DozoTool.PROGRAM_PROPERTY, BuiltDozo.in(directory).toString());
    Path scratch = Files.createDirectory(directory.resolve("scratch"));
    StringWriter printed = new StringWriter();

    int code =
        Invocation.line(new IncrementCommand())
            .setOut(new PrintWriter(printed))
            .execute("--mib", "100", "--scratch", scratch.toString());

    assertThat(code).isZero();
    assertThat(scratch).isEmptyDirectory();
    // What goes out deduplicated is compressed as well.
    assertThat(sentMib(printed, "first full")).isBetween(50.0, 101.0);
    assertThat(sentMib(printed, "1 % changed, from a list")).isEqualTo(1);
    assertThat(sentMib(printed, "the same, read whole")).isBetween(1.0, 1.2);
    assertThat(sentMib(printed, "1 % more changed, read whole")).isBetween(1.0, 1.2);
  }

  @Test
  void refusesExtentsThatNoDiskHas() {
    StringWriter said = new StringWriter();

    int code =
        Invocation.line(new IncrementCommand())
            .setErr(new PrintWriter(said))
            .execute("--mib", "100", "--extent-kib", "48");

    assertThat(code).isEqualTo(2);
    assertThat(said.toString()).contains("--extent-kib is a power of 2 from 4 to 1024, not 48");
  }

  private static double sentMib(StringWriter printed, String step) {
    return printed
        .toString()
        .lines()
        .filter(line -> line.startsWith("| " + step + " |"))
        .mapToDouble(line -> Double.parseDouble(Arrays.asList(line.split("\\|")).get(4).strip()))
        .findFirst()
        .orElseThrow();
  }
}
