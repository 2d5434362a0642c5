package dozo.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A directory for one run, in {@code -Ddozo.bench.directory}, or in memory where there is such a
 * file system.
 *
 * @param path is there until it is closed
 */
public record ScratchDirectory(Path path) implements AutoCloseable {

  /** Makes one. */
  public static ScratchDirectory create() throws IOException {
    Path memory = Path.of("/dev/shm");
    String standard =
        Files.isDirectory(memory) ? memory.toString() : System.getProperty("java.io.tmpdir");
    Path parent = Path.of(System.getProperty("dozo.bench.directory", standard));
    return new ScratchDirectory(Files.createTempDirectory(parent, "dozo-bench-"));
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
