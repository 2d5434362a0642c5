package dozo.client.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dozo.client.leftover.Watchdog;
import dozo.client.source.Checkpoint;
import dozo.client.source.FreezeLimits;
import dozo.client.source.FrozenDisk;
import dozo.client.source.SourceUnreadableException;
import dozo.format.manifest.ConsistencyLevel;
import dozo.format.manifest.RestorePointId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints of a machine that has no guest. */
class QemuVmSourceTest {
  private static final int MIB = 1 << 20;
  private static final RestorePointId POINT =
      RestorePointId.parse("0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b");

  @TempDir private Path directory;
  private @Nullable Process machine;

  @BeforeEach
  void makeDisk() throws Exception {
    assumeThat(Path.of("/usr/bin/qemu-system-x86_64"))
        .as("without it qemu is NOT tested")
        .isExecutable();
    run("qemu-img", "create", "-q", "-f", "qcow2", disk(), "16M");
    run("qemu-io", "-f", "qcow2", "-c", "write -P 0x5a 1M 1M", disk());
  }

  @AfterEach
  void stop() throws Exception {
    if (machine != null) {
      machine.destroyForcibly().waitFor();
    }
  }

  private String disk() {
    return directory.resolve("disk.qcow2").toString();
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private void start(String... more) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "qemu-system-x86_64",
                "-accel",
                "tcg",
                "-m",
                "64",
                "-display",
                "none",
                "-nodefaults",
                "-S",
                "-qmp",
                "unix:" + directory.resolve("qmp") + ",server=on,wait=off"));
    command.addAll(List.of(more));
    Process started =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    machine = started;
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Files.exists(directory.resolve("qmp")) || !started.isAlive());
  }

  private void startWithDisk(String device, String... more) throws Exception {
    List<String> words = new ArrayList<>(List.of(more));
    words.addAll(
        List.of(
            "-blockdev",
            "driver=qcow2,node-name=disk0,file.driver=file,file.filename=" + disk(),
            "-device",
            device));
    start(words.toArray(String[]::new));
  }

  private QemuVmSource open() throws IOException {
    return QemuVmSource.open(
        new QemuOptions(
            directory.resolve("qmp"),
            Optional.empty(),
            Map.of(),
            List.of(),
            ConsistencyLevel.CRASH,
            QemuOptions.USUAL_CHAIN,
            directory.resolve("scratch"),
            0,
            directory.resolve("sources"),
            FreezeLimits.USUAL,
            _ -> new Unneeded()));
  }

  /** For a machine that has no guest to be thawed. */
  private static final class Unneeded implements Watchdog.Watch {
    @Override
    public void arm(Duration limit) {
      throw new IllegalStateException("A machine that does not run is not frozen");
    }

    @Override
    public void disarm() {}

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"virtio-blk-pci,drive=disk0,id=vda", "scsi-hd,drive=disk0,id=vda,bus=bus.0"})
  void tellsWhatIsThereAndLeavesABitmapOnly(String device) throws Exception {
    startWithDisk(device, "-device", "virtio-scsi-pci,id=bus");
    try (QemuVmSource source = open()) {
      try (Checkpoint first = source.checkpoint()) {
        FrozenDisk disk = first.disks().getFirst();
        assertThat(disk.name()).isEqualTo("vda");
        assertThat(disk.sizeBytes()).isEqualTo(16 * MIB);
        assertThat(disk.wholeBecause()).get().asString().contains("no bitmap");
        assertThat(disk.runAt(0).zero()).isTrue();
        ByteBuffer read = ByteBuffer.allocate(4096);
        disk.read(MIB, read);
        assertThat(read.array()).containsOnly(0x5a);
        first.confirm(POINT);
      }
      try (Checkpoint second = source.checkpoint()) {
        FrozenDisk disk = second.disks().getFirst();
        assertThat(disk.wholeBecause()).isEmpty();
        assertThat(disk.changes().orElseThrow().base()).isEqualTo(POINT);
        assertThat(disk.changes().orElseThrow().changed().next(0)).isEmpty();
      }
      // What was not confirmed has changed nothing.
      try (Checkpoint third = source.checkpoint()) {
        assertThat(third.disks().getFirst().changes().orElseThrow().base()).isEqualTo(POINT);
      }
    }
    assertThat(directory.resolve("scratch")).isEmptyDirectory();
    assertThat(directory.resolve("sources")).isEmptyDirectory();
    try (Qemu qemu = Qemu.connect(directory.resolve("qmp"))) {
      assertThat(qemu.exports()).isEmpty();
      assertThat(qemu.nodes().keySet()).noneMatch(node -> node.startsWith("dozo"));
      assertThat(qemu.drives().getFirst().bitmaps())
          .extracting(Drive.Bitmap::name)
          .containsExactly(new BitmapNames("main").base(POINT));
      assertThat(qemu.isRunning()).isFalse();
    }
  }

  private void refuses(String why) throws IOException {
    try (QemuVmSource source = open()) {
      assertThatThrownBy(source::checkpoint)
          .isInstanceOf(SourceUnreadableException.class)
          .hasMessageContaining(why);
    }
    if (Files.isDirectory(directory.resolve("sources"))) {
      try (Stream<Path> journals = Files.list(directory.resolve("sources"))) {
        assertThat(journals).isEmpty();
      }
    }
  }

  @Test
  void refusesADiskThatAnIoThreadServes() throws Exception {
    startWithDisk("virtio-blk-pci,drive=disk0,iothread=io0,id=vda", "-object", "iothread,id=io0");
    refuses("I/O thread");
  }

  @Test
  void refusesAScsiDiskThatAnIoThreadMayServe() throws Exception {
    startWithDisk(
        "scsi-hd,drive=disk0,id=vda,bus=bus.0",
        "-object",
        "iothread,id=io0",
        "-device",
        "virtio-scsi-pci,id=bus,iothread=io0");
    refuses("I/O thread");
  }

  @Test
  void refusesADeviceWithoutAnId() throws Exception {
    startWithDisk("virtio-blk-pci,drive=disk0");
    refuses("has no id");
  }

  @Test
  void refusesADiskThatHasNoNode() throws Exception {
    start(
        "-drive",
        "if=none,format=qcow2,id=d,file=" + disk(),
        "-device",
        "virtio-blk-pci,drive=d,id=vda");
    refuses("-blockdev");
  }

  @Test
  void refusesAMachineWithoutDisks() throws Exception {
    start();
    refuses("no disk");
  }

  @Test
  void endsAtAServerOfSomebodyElseAndLeavesItAlone() throws Exception {
    startWithDisk("virtio-blk-pci,drive=disk0,id=vda");
    Path theirs = directory.resolve("theirs");
    try (Qemu qemu = Qemu.connect(directory.resolve("qmp"))) {
      qemu.startNbd(theirs, 1);
    }
    refuses("already running");
    assertThat(theirs).exists();
    try (Qemu qemu = Qemu.connect(directory.resolve("qmp"))) {
      qemu.stopNbd();
      assertThat(qemu.nodes().keySet()).noneMatch(node -> node.startsWith("dozo"));
    }
  }

  @Test
  void saysThatNobodyListens() {
    assertThatThrownBy(this::open)
        .isInstanceOf(SourceUnreadableException.class)
        .hasMessageContaining("There is no socket");
  }
}
