package dozo.mount.tree;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What a process holds: what must not grow with the number of requests that it has served.
 *
 * @param threads those of Java
 * @param handles open file descriptors
 * @param heapBytes what lives on the heap after a collection
 * @param nativeBytes what the process has of the machine's memory beside the heap, of which the
 *     collector touches as much as it sees fit
 */
record Footprint(int threads, long handles, long heapBytes, long nativeBytes) {
  private static final Pattern HEAP = Pattern.compile("\\[0x(\\p{XDigit}+), 0x(\\p{XDigit}+)\\)");
  private static final Pattern MAPPING = Pattern.compile("(\\p{XDigit}+)-\\p{XDigit}+ .*");

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
          residentBesideHeap());
    }
  }

  /** Where the heap lies, from its first address to the one after its last, as G1 tells it. */
  private static long[] heap() throws IOException {
    try {
      Object told =
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "gcHeapInfo",
                  new Object[] {new String[0]},
                  new String[] {String[].class.getName()});
      Matcher place = HEAP.matcher(String.valueOf(told));
      if (!place.find()) {
        throw new IOException("the JVM does not tell where its heap is: " + told);
      }
      return new long[] {
        Long.parseUnsignedLong(place.group(1), 16), Long.parseUnsignedLong(place.group(2), 16)
      };
    } catch (JMException e) {
      throw new IOException(e);
    }
  }

  private static long residentBesideHeap() throws IOException {
    long[] heap = heap();
    boolean isHeap = false;
    long bytes = 0;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      Matcher mapping = MAPPING.matcher(line);
      if (mapping.matches()) {
        long at = Long.parseUnsignedLong(mapping.group(1), 16);
        isHeap = Long.compareUnsigned(at, heap[0]) >= 0 && Long.compareUnsigned(at, heap[1]) < 0;
      } else if (line.startsWith("Rss:") && !isHeap) {
        bytes += Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    if (bytes == 0) {
      throw new IOException("the kernel does not tell the memory of this process");
    }
    return bytes;
  }

  @Override
  public String toString() {
    return "threads=%d handles=%d heap=%.1fMiB native=%.1fMiB"
        .formatted(threads, handles, heapBytes / 0x1p20, nativeBytes / 0x1p20);
  }
}
