package dozo.server.metrics;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much room there is, as gauges. */
public final class RoomMetrics {

  private RoomMetrics() {}

  /**
   * Has a file system asked whenever Prometheus comes. One that does not answer shows as NaN.
   *
   * @param directory a directory of it
   */
  public static void bind(ServerMetrics metrics, Path directory) {
    metrics.gauge(
        "dozo.repository.capacity.bytes",
        "The size of the repository's file system",
        () -> ask(directory, FileStore::getTotalSpace));
    metrics.gauge(
        "dozo.repository.free.bytes",
        "What is free there for the server's user",
        () -> ask(directory, FileStore::getUsableSpace));
  }

  @FunctionalInterface
  private interface Question {
    long of(FileStore store) throws IOException;
  }

  private static double ask(Path directory, Question question) {
    try {
      return (double) question.of(Files.getFileStore(directory));
    } catch (IOException e) {
      return Double.NaN;
    }
  }
}
