package dozo.repository.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A directory for what no file layer carries, the lock and the index; in memory where the system
 * offers that, since thousands of indexes are made in it.
 */
final class RealDirectory implements AutoCloseable {

  private static final Path IN_MEMORY = Path.of("/dev/shm");

  private final Path path;

  RealDirectory() throws IOException {
    path =
        Files.isWritable(IN_MEMORY)
            ? Files.createTempDirectory(IN_MEMORY, "dozo-crash-")
            : Files.createTempDirectory("dozo-crash-");
  }

  Path path() {
    return path;
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
