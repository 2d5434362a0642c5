package dozo.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A process that runs beside what is measured, seen through {@code /proc}.
 *
 * @param process the process
 * @param putsOff how long it waits for more before it does what is not urgent
 */
record Daemon(Process process, Duration putsOff) {

  /** The unit of times in {@code /proc}, which Linux has kept the same for user space. */
  private static final double TICKS_PER_SECOND = 100;

  private static final int USER_TIME_FIELD = 11;
  private static final int TIME_FIELDS = 4;
  private static final Duration IDLE_AFTER = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** The processor time of the process and of the children that it has waited for. */
  double cpuSeconds() throws IOException {
    String stat = Files.readString(proc("stat"));
    // The name stands in parentheses and may hold anything; the numbers come after it.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long ticks = 0;
    for (int i = USER_TIME_FIELD; i < USER_TIME_FIELD + TIME_FIELDS; i++) {
      ticks += Long.parseLong(fields[i]);
    }
    return ticks / TICKS_PER_SECOND;
  }

  /** The most memory it has had since {@link #resetPeak}. */
  long peakBytes() throws IOException {
    for (String line : Files.readAllLines(proc("status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    throw new IOException("The process has ended: " + process.pid());
  }

  /** Begins to look for the peak anew. */
  void resetPeak() throws IOException {
    Files.writeString(proc("clear_refs"), "5");
  }

  /** Waits until what it has put off is done, too, so that it is counted. */
  void awaitDone() throws IOException, InterruptedException {
    Thread.sleep(putsOff);
    awaitIdle();
  }

  /** Waits until it has nothing to do. */
  void awaitIdle() throws IOException, InterruptedException {
    long patience = System.nanoTime() + PATIENCE.toNanos();
    double before = -1;
    double now = cpuSeconds();
    while (now > before + 1 / TICKS_PER_SECOND && System.nanoTime() < patience) {
      Thread.sleep(IDLE_AFTER);
      before = now;
      now = cpuSeconds();
    }
  }

  private Path proc(String file) {
    return Path.of("/proc", Long.toString(process.pid()), file);
  }
}
