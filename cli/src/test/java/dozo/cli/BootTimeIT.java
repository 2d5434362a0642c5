package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a guest takes to boot from a mount, beside the same guest from a plain file: by turns,
 * so that whatever else the machine does meets both.
 */
class BootTimeIT {
  private static final int ROUNDS = Integer.getInteger("dozo.guest.rounds", 0);
  private static final double ALLOWED_RATIO = 1.3;
  private static final long DISK_BYTES = 256L << 20;

  @TempDir private Path directory;

  @Test
  void bootsFromAMountAboutAsFastAsFromAPlainFile() throws Exception {
    assumeThat(ROUNDS).as("boots are timed by './dozo test --long boot-time' only").isPositive();
    assumeThat(Path.of("/dev/fuse")).as("without it booting is NOT tested").isWritable();
    assumeThat(TinyGuest.obstacle()).as("why booting is NOT tested").isEmpty();
    TinyGuest guest = TinyGuest.prepare(directory);
    Path plain = TinyGuest.disk(directory, DISK_BYTES);
    Path mountPoint = Files.createDirectory(directory.resolve("mnt"));
    Map<String, String> drives = new LinkedHashMap<>();
    drives.put("plain raw file", "file=" + plain + ",format=raw");
    drives.put("disk0.raw of a mount", "file=" + mountPoint.resolve("disk0.raw") + ",format=raw");
    drives.put(
        "disk0.vhdx of a mount", "file=" + mountPoint.resolve("disk0.vhdx") + ",format=vhdx");
    Map<String, List<Double>> seconds = new LinkedHashMap<>();
    Path home = Files.createDirectory(directory.resolve("server"));
    try (ServerProcess server = ServerProcess.create(home)) {
      Cli cli = server.cli().with("DOZO_RUNTIME", directory.resolve("run").toString());
      cli.run("backup", "--vm", "guest", plain).expect(ExitCode.OK);
      try (MountProcesses mounts = new MountProcesses(cli, directory)) {
        for (int round = 0; round < ROUNDS; round++) {
          for (Map.Entry<String, String> drive : drives.entrySet()) {
            // Each boot has a mount of its own, which has read nothing yet.
            mounts.mount("guest", mountPoint);
            seconds
                .computeIfAbsent(drive.getKey(), _ -> new ArrayList<>())
                .add(boot(guest, drive.getValue() + ",snapshot=on"));
            cli.run("unmount", mountPoint).expect(ExitCode.OK);
          }
        }
      }
    }

    double plainBest = Collections.min(seconds.values().iterator().next());
    seconds.forEach((name, all) -> {
      Collections.sort(all);
      double best = all.getFirst();
      System.out.printf(
          Locale.ROOT,
          "Boot from %-22s best %5.2f s, median %5.2f s of %d; best is %.2f times the plain file's%n",
          name,
          best,
          all.get(all.size() / 2),
          ROUNDS,
          best / plainBest);
    });
    assertThat(seconds.values())
        .allSatisfy(all -> assertThat(all.getFirst()).isLessThan(ALLOWED_RATIO * plainBest));
  }

  private static double boot(TinyGuest guest, String drive) throws Exception {
    long started = System.nanoTime();
    try (TinyGuest.Running running = guest.boot(drive, "boot")) {
      running.await("DOZO-DONE");
      return (System.nanoTime() - started) / 1e9;
    }
  }
}
