package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dozo.cli.quickstart.Tool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Jobs of machines of Hyper-V, whose script is stood in for by one that answers with what was
 * recorded and notes what it was asked.
 */
class HyperVJobIT {

  private static final String VM = "6f9619ff-8b86-d011-b42d-00c04fc964ff";
  private static final int MIB = 1 << 20;
  private static final String END = "{\"type\":\"end\"}\n";

  @TempDir private Path directory;
  private ServerProcess server;
  private Cli cli;
  private Path recorded;
  private Path calls;
  private Path raw;
  private Path job;

  @BeforeEach
  void start() throws Exception {
    server = ServerProcess.create(Files.createDirectory(directory.resolve("server")));
    cli =
        server
            .cli()
            .with("DOZO_JOB_SLOTS", directory.resolve("slots").toString())
            .with("DOZO_SOURCES", directory.resolve("sources").toString());
    recorded = Files.createDirectory(directory.resolve("recorded"));
    calls = Files.createFile(directory.resolve("calls"));
    raw = Cli.randomFile(directory.resolve("disk.raw"), 8 * MIB, 3);
    Path script =
        Files.writeString(
            directory.resolve("stand-in"),
            """
            #!/bin/sh
            echo "$*" >> %s
            [ ! -e %2$s/$1.sh ] || . %2$s/$1.sh
            cat %2$s/$1
            """
                .formatted(calls, recorded));
    assertThat(script.toFile().setExecutable(true)).isTrue();
    job =
        Files.writeString(
            directory.resolve("job.yaml"),
            """
            vms:
              - name: web
                id: %s
                require: crash
                hyperv: {script: %s}
            """
                .formatted(VM, script));
    for (String verb : List.of("abort", "sweep")) {
      record(verb, END);
    }
    freeze("one");
    reference("one");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void record(String verb, String answer) throws IOException {
    Files.writeString(recorded.resolve(verb), answer);
  }

  /** What the disk holds now becomes what the next checkpoint shows. */
  private void freeze(String name) throws Exception {
    Path vhdx = directory.resolve(name + ".vhdx");
    Tool.require("qemu-img", "qemu-utils")
        .run(null, "convert", "-O", "vhdx", raw.toString(), vhdx.toString());
    Path configuration = Files.writeString(directory.resolve(name + ".vmcx"), name);
    record(
        "checkpoint",
        """
        {"type":"checkpoint","id":"cp-%1$s","consistency":"application"}
        {"type":"disk","name":"disk0-0","path":"%2$s","diskId":"D0"}
        {"type":"file","path":"%3$s"}
        {"type":"end"}
        """
            .formatted(name, vhdx, configuration));
  }

  private void reference(String name) throws IOException {
    record(
        "convert",
        """
        {"type":"reference","id":"ref-%1$s"}
        {"type":"disk","diskId":"D0","rctId":"rct-%1$s"}
        {"type":"end"}
        """
            .formatted(name));
  }

  private void overwrite(int offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    new Random(offset).nextBytes(bytes);
    try (RandomAccessFile file = new RandomAccessFile(raw.toFile(), "rw")) {
      file.seek(offset);
      file.write(bytes);
    }
    record(
        "changes",
        "{\"type\":\"range\",\"offset\":%d,\"length\":%d}\n".formatted(offset, length) + END);
  }

  private Cli.Outcome run() {
    return cli.run("job", "run", job, "--json");
  }

  private List<String> called() throws IOException {
    List<String> lines = Files.readAllLines(calls);
    Files.writeString(calls, "");
    return lines;
  }

  private void restoredIsTheDisk() throws Exception {
    Path restored = directory.resolve("restored.raw");
    server.cli().run("restore", "web", "disk0-0", "-o", restored, "--replace").expect(ExitCode.OK);
    assertThat(Files.mismatch(restored, raw)).isEqualTo(-1);
  }

  private String first() throws Exception {
    run().expect(ExitCode.OK);
    called();
    return server.cli().run("show", "web", "--json").out();
  }

  @Test
  void pushesWhatHyperVSaysHasChanged() throws Exception {
    Cli.Outcome full = run().expect(ExitCode.OK);
    assertThat(full.err()).contains("disk0-0 is read whole", "tracks no changes");
    assertThat(called())
        .containsExactly(
            "checkpoint -Vm " + VM + " -Consistency application", "convert -Checkpoint cp-one");
    restoredIsTheDisk();

    overwrite(3 * MIB, 100_000);
    freeze("two");
    reference("two");
    Cli.Outcome increment = run().expect(ExitCode.OK);
    assertThat(increment.err()).doesNotContain("read whole");
    assertThat(called())
        .containsExactly(
            "checkpoint -Vm " + VM + " -Consistency application",
            "changes -Path " + directory.resolve("two.vhdx") + " -Since rct-one",
            "convert -Checkpoint cp-two",
            "sweep -Reference ref-one");
    assertThat(increment.out()).contains("\"sentBytes\":1000");
    restoredIsTheDisk();
    assertThat(server.cli().run("show", "web", "--json").out())
        .contains("\"achieved\":\"application\"", "hyper-v-vss", "two.vmcx", "cp-two");
    assertThat(cli.run("leases").out()).doesNotContain("recovery checkpoint");
  }

  @Test
  void readsAllWhereTrackingFails() throws Exception {
    first();
    overwrite(MIB, 5000);
    record("changes", "{\"type\":\"error\",\"message\":\"the RCT id is not valid\"}\n");
    freeze("two");
    assertThat(run().expect(ExitCode.OK).err()).contains("read whole", "the RCT id is not valid");
    restoredIsTheDisk();
    assertThat(server.cli().run("show", "web", "--json").out()).contains("whole.disk0-0");
  }

  @Test
  void anAnswerThatWasCutShortCountsForNothing() throws Exception {
    first();
    overwrite(MIB, 5000);
    record("changes", "{\"type\":\"range\",\"offset\":0,\"length\":512}\n");
    freeze("two");
    assertThat(run().expect(ExitCode.OK).err()).contains("read whole", "ended early");
    restoredIsTheDisk();
  }

  @Test
  void aFailedConversionLeavesTheOlderReferencePoint() throws Exception {
    first();
    overwrite(MIB, 5000);
    freeze("two");
    record("convert", "{\"type\":\"error\",\"message\":\"0x8007052f\"}\n");
    run().expect(ExitCode.OK);
    assertThat(called()).endsWith("convert -Checkpoint cp-two", "abort -Checkpoint cp-two");

    overwrite(2 * MIB, 5000);
    record(
        "changes",
        """
        {"type":"range","offset":1048576,"length":5000}
        {"type":"range","offset":2097152,"length":5000}
        """
            + END);
    freeze("three");
    reference("three");
    assertThat(run().expect(ExitCode.OK).err()).doesNotContain("read whole");
    assertThat(called())
        .contains("changes -Path " + directory.resolve("three.vhdx") + " -Since rct-one")
        .endsWith("sweep -Reference ref-one");
    restoredIsTheDisk();
  }

  @Test
  void removesTheCheckpointIfItCannotBeRead() throws Exception {
    Files.delete(directory.resolve("one.vhdx"));
    Cli.Outcome outcome = run().expect(ExitCode.SOURCE_UNREADABLE);
    assertThat(outcome.out()).contains("one.vhdx");
    assertThat(called()).endsWith("abort -Checkpoint cp-one");
  }

  @Test
  void failsIfItHasToBeMoreConsistent() throws Exception {
    Files.writeString(job, Files.readString(job).replace("require: crash", "require: application"));
    record(
        "checkpoint",
        Files.readString(recorded.resolve("checkpoint"))
            .replace("\"application\"", "\"crash\",\"reason\":\"a writer failed: 0x800423f4\""));
    Cli.Outcome outcome = run().expect(ExitCode.INCONSISTENT);
    assertThat(outcome.out()).contains("0x800423f4");
    assertThat(called()).endsWith("abort -Checkpoint cp-one");
    server.cli().run("show", "web").expect(ExitCode.NOT_FOUND);
  }

  @Test
  void theNextBackupRemovesWhatAKilledOneLeft() throws Exception {
    Path converting = directory.resolve("converting");
    Files.writeString(
        recorded.resolve("convert.sh"), "touch " + converting + "; exec sleep 1000\n");
    Process killed = cli.process("job", "run", job).start();
    try {
      await().atMost(Duration.ofMinutes(2)).until(() -> Files.exists(converting));
    } finally {
      killed.descendants().forEach(ProcessHandle::destroyForcibly);
      killed.destroyForcibly().waitFor();
    }
    assertThat(cli.run("leases").out()).contains("recovery checkpoint of VM " + VM);
    called();
    Files.delete(recorded.resolve("convert.sh"));
    freeze("two");
    reference("two");
    run().expect(ExitCode.OK);
    assertThat(called())
        .containsExactly(
            "abort -Checkpoint cp-one",
            "checkpoint -Vm " + VM + " -Consistency application",
            "convert -Checkpoint cp-two");
    assertThat(cli.run("leases").out()).doesNotContain("recovery checkpoint");
  }
}
