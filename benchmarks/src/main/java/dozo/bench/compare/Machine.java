package dozo.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The machine that everything runs on. */
final class Machine {

  private static final double TICKS_PER_SECOND = 100;

  private Machine() {}

  /** Says what figures depend on, and nothing that tells one machine of a kind from another. */
  static String describe() throws IOException {
    return "%s, %d cores, %d GiB of memory; %s; %s"
        .formatted(
            value(Path.of("/proc/cpuinfo"), "model name", ":"),
            Runtime.getRuntime().availableProcessors(),
            Math.round(memory("MemTotal") / (double) (1 << 30)),
            value(Path.of("/etc/os-release"), "PRETTY_NAME", "=").replace("\"", ""),
            System.getProperty("java.vm.vendor") + " JDK " + Runtime.version().feature());
  }

  /** The memory that can be had without taking it from anyone. */
  static long availableMemory() throws IOException {
    return memory("MemAvailable");
  }

  /** The processor time that all processes together have used since the machine started. */
  static double cpuSeconds() throws IOException {
    String[] times = Files.readAllLines(Path.of("/proc/stat")).getFirst().split(" +", -1);
    // User, nice, system; the times of interrupts belong to nobody, and idle is idle.
    return (Long.parseLong(times[1]) + Long.parseLong(times[2]) + Long.parseLong(times[3]))
        / TICKS_PER_SECOND;
  }

  private static long memory(String name) throws IOException {
    return Long.parseLong(value(Path.of("/proc/meminfo"), name, ":").replaceAll("\\D", "")) * 1024;
  }

  private static String value(Path file, String name, String separator) throws IOException {
    List<String> lines = Files.readAllLines(file);
    for (String line : lines) {
      int at = line.indexOf(separator);
      if (at > 0 && line.substring(0, at).strip().equals(name)) {
        return line.substring(at + 1).strip();
      }
    }
    return name.toLowerCase(Locale.ROOT) + " unknown";
  }
}
