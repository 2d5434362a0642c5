package dozo.bench.compare;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A command that runs the jar that was built along with the tests. */
final class BuiltDozo {

  private static final Path JAR = Path.of("../cli/target/dozo.jar");

  private BuiltDozo() {}

  /** Writes the command, or skips the test where there is no jar. */
  static Path in(Path directory) throws IOException {
    assumeTrue(Files.exists(JAR), "SKIPPED: 'mvn package' makes the jar that is run");
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    String flags = "--sun-misc-unsafe-memory-access=allow -Xmx512m -XX:TieredStopAtLevel=1";
    return script(
        directory.resolve("dozo"),
        "exec %s %s -jar %s \"$@\"".formatted(java, flags, JAR.toRealPath()));
  }

  /** Writes a program for the shell. */
  static Path script(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }
}
