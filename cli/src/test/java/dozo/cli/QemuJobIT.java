package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dozo.cli.quickstart.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs of running machines of qemu. Nothing runs in this one, which is all that a job needs. */
class QemuJobIT {

  private static final int MIB = 1 << 20;

  @TempDir private Path directory;
  private ServerProcess server;
  private Cli cli;
  private Path raw;
  private final List<Process> machines = new ArrayList<>();
  private Process machine;
  private Path job;

  @BeforeEach
  void start() throws Exception {
    server = ServerProcess.create(Files.createDirectory(directory.resolve("server")));
    cli =
        server
            .cli()
            .with("DOZO_JOB_SLOTS", directory.resolve("slots").toString())
            .with("DOZO_SOURCES", directory.resolve("sources").toString());
    raw = Cli.randomFile(directory.resolve("disk.raw"), 8 * MIB, 4);
    machine = start("qmp");
    job =
        Files.writeString(
            directory.resolve("job.yaml"),
            """
            vms:
              - name: web
                qemu: {qmp: qmp, disks: {system: virtio0}, scratch: scratch}
            """);
  }

  /** Starts a machine with a copy of the disk, and waits until its monitor is there. */
  private Process start(String name) throws Exception {
    Path image = directory.resolve(name + ".qcow2");
    Tool.require("qemu-img", "qemu-utils")
        .run(null, "convert", "-O", "qcow2", raw.toString(), image.toString());
    Path monitor = directory.resolve(name);
    Tool.require("qemu-system-x86_64", "qemu-system-x86");
    Process started =
        new ProcessBuilder(
                "qemu-system-x86_64",
                "-accel",
                "tcg",
                "-m",
                "32",
                "-display",
                "none",
                "-nic",
                "none",
                "-monitor",
                "none",
                "-blockdev",
                "driver=qcow2,node-name=disk0,file.driver=file,file.filename=" + image,
                "-device",
                "virtio-blk-pci,drive=disk0,id=virtio0",
                "-qmp",
                "unix:" + monitor + ",server=on,wait=off")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(name + ".log").toFile())
            .start();
    machines.add(started);
    await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(monitor));
    return started;
  }

  @AfterEach
  void stop() throws Exception {
    for (Process started : machines) {
      started.destroyForcibly().waitFor();
    }
    if (server != null) {
      server.close();
    }
  }

  @Test
  void backsUpAFullAndThenWhatHasChanged() throws Exception {
    Cli.Outcome full = cli.run("job", "run", job, "--json").expect(ExitCode.OK);
    assertThat(full.err()).contains("system is read whole");
    assertThat(full.out()).contains("\"type\":\"checkpoint\"", "\"achieved\":\"crash\"");
    Path restored = directory.resolve("restored.raw");
    cli.run("restore", "web", "system", "-o", restored).expect(ExitCode.OK);
    assertThat(Files.mismatch(restored, raw)).isEqualTo(-1);

    Cli.Outcome increment = cli.run("job", "run", job, "--json").expect(ExitCode.OK);
    assertThat(increment.err()).doesNotContain("read whole");
    assertThat(increment.out()).contains("\"newBytes\":0");
    assertThat(cli.run("leases").expect(ExitCode.OK).out()).doesNotContain("qemu");
  }

  @Test
  void machinesOfAGroupStandStillAtTheSameTime() throws Exception {
    start("qmp2");
    Path group =
        Files.writeString(
            directory.resolve("group.yaml"),
            """
            vms:
              - {name: one, group: shop, qemu: {qmp: qmp, disks: {system: virtio0}, scratch: scratch}}
              - {name: two, group: shop, qemu: {qmp: qmp2, disks: {system: virtio0}, scratch: scratch}}
            """);
    for (int run = 0; run < 2; run++) {
      cli.run("job", "run", group, "--json").expect(ExitCode.OK);
      Map<String, String> one = consistency("one");
      Map<String, String> two = consistency("two");
      assertThat(Instant.parse(one.get("frozenAt"))).isBefore(Instant.parse(two.get("thawedAt")));
      assertThat(Instant.parse(two.get("frozenAt"))).isBefore(Instant.parse(one.get("thawedAt")));
    }
    // One that does not answer keeps the other from being a restore point.
    machine.destroyForcibly().waitFor();
    cli.run("job", "run", group).expect(ExitCode.SOURCE_UNREADABLE);
    assertThat(cli.run("list", "--json").out().split("\"group.name\":\"shop\"", -1)).hasSize(5);
    assertThat(cli.run("leases").expect(ExitCode.OK).out()).doesNotContain("qemu");
  }

  private Map<String, String> consistency(String vm) throws Exception {
    String shown = cli.run("show", vm, "--json").expect(ExitCode.OK).out();
    Map<String, String> members = new HashMap<>();
    Matcher matcher = Pattern.compile("\"(frozenAt|thawedAt)\":\"([^\"]+)\"").matcher(shown);
    while (matcher.find()) {
      members.put(matcher.group(1), matcher.group(2));
    }
    return members;
  }

  @Test
  void failsWhereNoMachineAnswers() throws Exception {
    machine.destroyForcibly().waitFor();
    Cli.Outcome outcome = cli.run("job", "run", job, "--json").expect(ExitCode.SOURCE_UNREADABLE);
    assertThat(outcome.out()).contains("\"type\":\"failed\"");
    // It was not reached: so nothing was made, and nothing is noted.
    assertThat(cli.run("leases").expect(ExitCode.OK).out()).doesNotContain("qemu");
  }
}
