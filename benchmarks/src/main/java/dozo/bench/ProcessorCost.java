package dozo.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The processor time of the whole process, all its threads, and the bytes that it was spent on,
 * both a second: the first is how many cores were busy, and its quotient by the second is what a GB
 * costs.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class ProcessorCost {

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /** Processor time, in seconds. */
  public double cpuSeconds;

  /** Bytes that were worked on, in units of 10^9. */
  public double gigabytes;

  /** Work whose cost is counted. */
  @FunctionalInterface
  interface Work {
    long run() throws IOException;
  }

  /** Begins to count anew. */
  @Setup(Level.Iteration)
  public void reset() {
    cpuSeconds = 0;
    gigabytes = 0;
  }

  long of(long length, Work work) throws IOException {
    long before = SYSTEM.getProcessCpuTime();
    long result = work.run();
    cpuSeconds += (SYSTEM.getProcessCpuTime() - before) / 1e9;
    gigabytes += length / 1e9;
    return result;
  }
}
