package dozo.bench.mount;

import com.sun.management.OperatingSystemMXBean;
import dozo.mount.fuse.FuseMount;
import dozo.mount.fuse.MountOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a request through the kernel costs before anything of ours is read: fio reads a file of
 * zeros through a mount while this process counts its own CPU time. Needs fio on the PATH.
 */
public final class FuseRoundTrip {
  private static final Pattern PERCENTILE = Pattern.compile("99\\.000000%=(\\d+)");
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private FuseRoundTrip() {}

  private record Load(String name, String pattern, String block, int readers, boolean direct) {}

  /** Runs with a number of seconds for each load, 5 by default. */
  @SuppressWarnings("SystemOut")
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Duration time = Duration.ofSeconds(arguments.length == 0 ? 5 : Long.parseLong(arguments[0]));
    Path mountPoint = Files.createTempDirectory("dozo-fuse-bench-");
    List<Load> loads =
        List.of(
            new Load("warm-up", "randread", "4k", 16, true),
            new Load("random 4 KiB, 16 readers", "randread", "4k", 16, true),
            new Load("random 4 KiB, 1 reader", "randread", "4k", 1, true),
            new Load("sequential 1 MiB, buffered", "read", "1m", 1, false));
    ZeroTree tree = new ZeroTree();
    try (FuseMount mount = FuseMount.open(mountPoint, tree, MountOptions.of("bench"))) {
      System.out.printf(
          "%-28s %12s %12s %14s %10s%n", "load", "requests/s", "MB/s", "CPU us/request", "p99 us");
      for (Load load : loads) {
        run(load, mount.mountPoint().resolve(ZeroTree.NAME), tree, time);
      }
    } finally {
      Files.delete(mountPoint);
    }
  }

  @SuppressWarnings("SystemOut")
  private static void run(Load load, Path file, ZeroTree tree, Duration time)
      throws IOException, InterruptedException {
    long reads = tree.reads();
    long cpu = SYSTEM.getProcessCpuTime();
    long start = System.nanoTime();
    String[] fields = fio(load, file, time).split(";", -1);
    double seconds = (System.nanoTime() - start) / 1e9;
    long requests = tree.reads() - reads;
    Matcher percentile = PERCENTILE.matcher(String.join(";", fields));
    System.out.printf(
        "%-28s %12.0f %12.0f %14.1f %10s%n",
        load.name(),
        requests / seconds,
        Long.parseLong(fields[5]) * 1024 / 1e6 / seconds,
        (SYSTEM.getProcessCpuTime() - cpu) / 1e3 / Math.max(1, requests),
        percentile.find() ? percentile.group(1) : "?");
  }

  private static String fio(Load load, Path file, Duration time)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("fio", "--name=r", "--readonly", "--minimal", "--terse-version=3"));
    command.addAll(List.of("--ioengine=psync", "--norandommap", "--group_reporting"));
    command.addAll(List.of("--time_based", "--runtime=" + time.toSeconds()));
    command.addAll(List.of("--filename=" + file, "--rw=" + load.pattern()));
    command.addAll(List.of("--bs=" + load.block(), "--numjobs=" + load.readers()));
    command.addAll(List.of("--direct=" + (load.direct() ? 1 : 0), "--size=" + (1L << 40)));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException("fio failed: " + output);
    }
    return output;
  }
}
