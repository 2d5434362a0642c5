package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Two days of a real VM's disk: Debian with a web server, then a day of traffic, a new release and
 * a patch day. Made once a tree by the data set's script, which needs root, loop devices and
 * Debian's packages; {@code -Ddozo.test.dataset=DIR} names one that was made before.
 */
final class SmallDataSet {

  private static final Path SCRIPT = Path.of("../../shared/dataset/make-dataset.sh");

  private SmallDataSet() {}

  /**
   * The directory with {@code day1.raw} and {@code day2.raw}; the test is skipped where it cannot
   * be.
   */
  static Path web() throws IOException, InterruptedException {
    String given = System.getProperty("dozo.test.dataset");
    Path images = given == null ? Path.of("target/dataset-small") : Path.of(given);
    if (!Files.exists(images.resolve("manifest.tsv"))) {
      assumeTrue(given == null, () -> "SKIPPED: -Ddozo.test.dataset has no data set: " + images);
      assumeTrue(Files.exists(SCRIPT), () -> "SKIPPED: the data set's script is not at " + SCRIPT);
      assumeTrue(
          "root".equals(System.getProperty("user.name")), "SKIPPED: making disks needs root");
      Path log = Files.createDirectories(images).resolveSibling("dataset-small.log");
      int code =
          new ProcessBuilder(
                  "bash",
                  SCRIPT.toString(),
                  "--size",
                  "small",
                  "--vms",
                  "web",
                  "--out",
                  images.toString())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start()
              .waitFor();
      assertThat(code).as("making the data set; it wrote %s", log).isZero();
    }
    return images.resolve("web");
  }
}
