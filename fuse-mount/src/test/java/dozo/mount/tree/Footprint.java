package dozo.mount.tree;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process holds: what must not grow with the number of requests that it has served.
 *
 * @param threads those of Java
 * @param handles open file descriptors
 * @param heapBytes what lives on the heap after a collection
 * @param residentBytes what the process has of the machine's memory
 */
record Footprint(int threads, long handles, long heapBytes, long residentBytes) {
  /** References that are cleared by one collection free what is counted by the next. */
  private static final int COLLECTIONS = 3;

  /** Measures this process. */
  static Footprint now() throws IOException {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    try (Stream<Path> handles = Files.list(Path.of("/proc/self/fd"))) {
      return new Footprint(
          ManagementFactory.getThreadMXBean().getThreadCount(),
          handles.count(),
          ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
          resident());
    }
  }

  private static long resident() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    throw new IOException("the kernel does not tell the memory of this process");
  }

  @Override
  public String toString() {
    return "threads=%d handles=%d heap=%.1fMiB resident=%.1fMiB"
        .formatted(threads, handles, heapBytes / 0x1p20, residentBytes / 0x1p20);
  }
}
