package dozo.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

/** The whole comparison in its short form, with Dozo alone, so that it works when it is needed. */
class CompareIT {

  @TempDir private Path directory;

  @Test
  void measuresEveryStepAndLeavesNothingBehind() throws Exception {
    List<String> missing = Programs.missingFor("dozo");
    assumeTrue(missing.isEmpty(), () -> "SKIPPED: " + missing);
    System.setProperty(DozoTool.PROGRAM_PROPERTY, BuiltDozo.in(directory).toString());
    Path scratch = Files.createDirectory(directory.resolve("scratch"));
    Path out = directory.resolve("out");

    int code =
        CompareCommand.run(
            "--quick", "--tools", "dozo", "--scratch", scratch.toString(), "--out", out.toString());

    assertThat(code).isZero();
    assertThat(scratch).isEmptyDirectory();
    assertThat(Files.readString(out.resolve("report.md")))
        .contains(
            "vm day 1, first full",
            "vm day 2, changed extents only",
            "restore of vm day 2",
            "made day 2 in place, --base")
        .doesNotContain(directory.toString());
    List<String> steps = Files.readAllLines(out.resolve("steps.tsv"));
    long sentByChanges = sentBytes(steps, "day2-changes");
    assertThat(sentByChanges).isBetween(8L * (256 << 10), sentBytes(steps, "first-full") / 4);
    if (Programs.canMount()) {
      assertThat(Files.readAllLines(out.resolve("reads.tsv")).stream().skip(1))
          .hasSize(3)
          .allSatisfy(line -> assertThat(line.split("\t", -1)[7]).as("wrong reads").isEqualTo("0"));
    }
    String plot = Files.readString(out.resolve(MarkdownReport.PLOT));
    assertThat(
            DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(plot)))
                .getElementsByTagName("rect")
                .getLength())
        .isGreaterThan(10);
  }

  @Test
  void saysWhichImagesAreNotThere() {
    System.setProperty(DozoTool.PROGRAM_PROPERTY, "dozo");
    int code =
        CompareCommand.run(
            "--images", directory.toString(), "--tools", "dozo", "--scratch", directory.toString());
    assertThat(code).isEqualTo(69);
    assertThat(directory).isEmptyDirectory();
  }

  private static long sentBytes(List<String> steps, String key) {
    String line =
        steps.stream()
            .filter(each -> each.split("\t", -1)[1].equals(key))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(line.split("\t", -1)[7]);
  }
}
