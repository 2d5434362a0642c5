package dozo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A guest boots from a mount, writes to it, loses it, and finds again what it wrote. */
class GuestBootIT {
  /** For how long the server is away in the middle of a boot; 20 in the long form. */
  private static final int OUTAGE_SECONDS = Integer.getInteger("dozo.guest.outage", 3);

  private static final long DISK_BYTES = 256L << 20;

  @TempDir private Path directory;
  private ServerProcess server;
  private Path mountPoint;
  private Cli cli;
  private TinyGuest guest;
  private MountProcesses mounts;

  @BeforeEach
  void backUp() throws Exception {
    assumeThat(Path.of("/dev/fuse")).as("without it booting is NOT tested").isWritable();
    assumeThat(TinyGuest.obstacle()).as("why booting is NOT tested").isEmpty();
    guest = TinyGuest.prepare(directory);
    server = ServerProcess.create(Files.createDirectory(directory.resolve("server")));
    cli =
        server
            .cli()
            .with("DOZO_OVERLAYS", directory.resolve("overlays").toString())
            .with("DOZO_RUNTIME", directory.resolve("run").toString());
    cli.run("backup", "--vm", "guest", TinyGuest.disk(directory, DISK_BYTES)).expect(ExitCode.OK);
    mountPoint = Files.createDirectory(directory.resolve("mnt"));
    mounts = new MountProcesses(cli, directory);
  }

  @AfterEach
  void stop() throws Exception {
    if (mounts != null) {
      mounts.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private Map<String, String> mount(Object... more) throws IOException {
    List<Object> words = new ArrayList<>(List.of("guest", mountPoint));
    words.addAll(List.of(more));
    return mounts.mount(words.toArray());
  }

  private String drive(String more) {
    return "file=" + mountPoint.resolve("disk0.vhdx") + ",format=vhdx" + more;
  }

  private String sum(String drive) throws Exception {
    try (TinyGuest.Running running = guest.boot(drive, "check")) {
      String sum = running.await("DOZO-SUM");
      running.await("DOZO-DONE");
      return sum;
    }
  }

  private static void check(Path vhdx) throws Exception {
    // A log that was not empty when the power went is replayed by whoever opens the file to write.
    Process process =
        new ProcessBuilder("qemu-img", "check", "-r", "all", "-f", "vhdx", vhdx.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(said).contains("No errors were found");
  }

  @Test
  void whatAGuestSyncedOutlivesItsMountAndBecomesARestorePoint() throws Exception {
    Map<String, String> mounted = mount("--writable");
    String sum;
    try (TinyGuest.Running running = guest.boot(drive(""), "write")) {
      sum = running.await("DOZO-SUM");
      assertThat(sum).startsWith((64 << 20) + " ");
      mounts.kill();
    }
    mount("--writable");
    check(mountPoint.resolve("disk0.vhdx"));
    assertThat(sum(drive(""))).isEqualTo(sum);
    check(mountPoint.resolve("disk0.vhdx"));
    cli.run("unmount", mountPoint).expect(ExitCode.OK);
    Cli.Outcome commit =
        cli.run("overlay", "commit", Objects.requireNonNull(mounted.get("overlay")), "--json")
            .expect(ExitCode.OK);
    assertThat(commit.err()).doesNotContain("read whole");
    assertThat(Long.parseLong(commit.member("storedBytes"))).isBetween(64L << 20, 80L << 20);
    mount();
    assertThat(sum(drive(",snapshot=on"))).isEqualTo(sum);
  }

  @Test
  void bootsReadOnlyThroughAnOutageOfTheServer() throws Exception {
    mount();
    try (TinyGuest.Running running = guest.boot(drive(",snapshot=on"), "boot")) {
      server.kill();
      TimeUnit.SECONDS.sleep(OUTAGE_SECONDS);
      server = server.restart();
      running.await("DOZO-BOOTED");
      running.await("DOZO-DONE");
    }
  }
}
