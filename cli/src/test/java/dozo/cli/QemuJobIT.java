package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dozo.cli.quickstart.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
    Path image = directory.resolve("disk.qcow2");
    Tool.require("qemu-img", "qemu-utils")
        .run(null, "convert", "-O", "qcow2", raw.toString(), image.toString());
    Path monitor = directory.resolve("qmp");
    Tool.require("qemu-system-x86_64", "qemu-system-x86");
    machine =
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
            .redirectOutput(directory.resolve("qemu.log").toFile())
            .start();
    await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(monitor));
    job =
        Files.writeString(
            directory.resolve("job.yaml"),
            """
            vms:
              - name: web
                qemu: {qmp: qmp, disks: {system: virtio0}, scratch: scratch}
            """);
  }

  @AfterEach
  void stop() throws Exception {
    if (machine != null) {
      machine.destroyForcibly().waitFor();
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
  void failsWhereNoMachineAnswers() throws Exception {
    machine.destroyForcibly().waitFor();
    Cli.Outcome outcome = cli.run("job", "run", job, "--json").expect(ExitCode.SOURCE_UNREADABLE);
    assertThat(outcome.out()).contains("\"type\":\"failed\"");
    // It was not reached: so nothing was made, and nothing is noted.
    assertThat(cli.run("leases").expect(ExitCode.OK).out()).doesNotContain("qemu");
  }
}
