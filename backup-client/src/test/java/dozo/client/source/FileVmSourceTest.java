package dozo.client.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dozo.format.manifest.Consistency;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileVmSourceTest {

  private static final int MIB = 1 << 20;

  @TempDir Path directory;

  @Test
  void tellsHolesWithoutReadingThem() throws Exception {
    Path image = directory.resolve("sparse.raw");
    byte[] data = randomBytes(MIB, 1);
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(100L * MIB);
      file.seek(10L * MIB);
      file.write(data);
    }
    try (Checkpoint checkpoint = checkpoint(image)) {
      FrozenDisk disk = checkpoint.disks().getFirst();
      assertThat(runs(disk))
          .containsExactly(
              Run.zero(0, 10L * MIB),
              Run.data(10L * MIB, 11L * MIB),
              Run.zero(11L * MIB, 100L * MIB));
      ByteBuffer read = ByteBuffer.allocate(MIB);
      disk.read(10L * MIB, read);
      assertThat(read.array()).isEqualTo(data);
      assertThat(disk.runAt(10L * MIB + 5)).isEqualTo(Run.data(10L * MIB + 5, 11L * MIB));
      assertThat(checkpoint.consistency()).isEqualTo(Consistency.NONE);
      checkpoint.verify();
    }
  }

  @Test
  void readsABlockDeviceLikeAFile() throws Exception {
    assumeTrue(canUseLoopDevices(), "needs root and losetup: no block device was tested");
    Path image = directory.resolve("device.raw");
    byte[] data = randomBytes(3 * MIB + 512, 2);
    Files.write(image, data);
    String device = run("losetup", "--find", "--show", "--read-only", image.toString()).strip();
    try (Checkpoint checkpoint = checkpoint(Path.of(device))) {
      FrozenDisk disk = checkpoint.disks().getFirst();
      assertThat(disk.sizeBytes()).isEqualTo(data.length);
      ByteBuffer read = ByteBuffer.allocateDirect(data.length);
      disk.read(0, read);
      assertThat(read.flip()).isEqualTo(ByteBuffer.wrap(data));
      checkpoint.verify();
    } finally {
      run("losetup", "--detach", device);
    }
  }

  @Test
  void noticesThatAFileWasWrittenTo() throws Exception {
    Path image = Files.write(directory.resolve("moving.raw"), new byte[MIB]);
    try (Checkpoint checkpoint = checkpoint(image)) {
      Files.setLastModifiedTime(image, FileTime.from(Instant.now().plusSeconds(5)));
      assertThatThrownBy(checkpoint::verify)
          .isInstanceOf(SourceChangedException.class)
          .hasMessageContaining("moving.raw")
          .hasMessageContaining("written to while it was read");
    }
  }

  @Test
  void noticesThatAFileChangedItsSize() throws Exception {
    Path image = Files.write(directory.resolve("growing.raw"), new byte[MIB]);
    try (Checkpoint checkpoint = checkpoint(image);
        RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(2 * MIB);
      assertThatThrownBy(checkpoint::verify)
          .isInstanceOf(SourceChangedException.class)
          .hasMessageContaining("1048576 bytes")
          .hasMessageContaining("2097152 bytes");
    }
  }

  @Test
  void noticesAFileThatWasCutShortWhileItIsRead() throws Exception {
    Path image = Files.write(directory.resolve("cut.raw"), new byte[MIB]);
    try (Checkpoint checkpoint = checkpoint(image);
        RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(4096);
      assertThatThrownBy(() -> checkpoint.disks().getFirst().read(0, ByteBuffer.allocate(MIB)))
          .isInstanceOf(SourceChangedException.class);
    }
  }

  @Test
  void noticesThatAFileWasReplaced() throws Exception {
    Path image = Files.write(directory.resolve("replaced.raw"), new byte[MIB]);
    try (Checkpoint checkpoint = checkpoint(image)) {
      FileTime written = Files.getLastModifiedTime(image);
      Files.delete(image);
      assertThatThrownBy(checkpoint::verify).isInstanceOf(SourceChangedException.class);
      Files.write(image, new byte[MIB]);
      Files.setLastModifiedTime(image, written);
      assertThatThrownBy(checkpoint::verify).isInstanceOf(SourceChangedException.class);
    }
  }

  @Test
  void saysWhichFileIsNotThere() {
    assertThatThrownBy(() -> checkpoint(directory.resolve("absent.raw")))
        .isInstanceOf(SourceUnreadableException.class)
        .hasMessageContaining("absent.raw")
        .hasMessageContaining("What to do");
  }

  @Test
  void refusesADirectoryAndASizeThatNoDiskHas() throws Exception {
    assertThatThrownBy(() -> checkpoint(directory)).isInstanceOf(SourceUnreadableException.class);
    Path odd = Files.write(directory.resolve("odd.raw"), new byte[1000]);
    assertThatThrownBy(() -> checkpoint(odd))
        .isInstanceOf(SourceUnreadableException.class)
        .hasMessageContaining("1000 bytes");
  }

  @Test
  void refusesImagesOfOtherPrograms() {
    for (String name : List.of("a.qcow2", "b.VMDK", "c.vhd")) {
      assertThatThrownBy(() -> DiskFile.formatOf(Path.of(name)))
          .isInstanceOf(SourceUnreadableException.class);
    }
  }

  @Test
  void tellsTheFormatByTheName() throws Exception {
    assertThat(DiskFile.formatOf(Path.of("web.vhdx"))).isEqualTo(DiskFile.Format.VHDX);
    assertThat(DiskFile.formatOf(Path.of("web_1A2B.AVHDX"))).isEqualTo(DiskFile.Format.VHDX);
    assertThat(DiskFile.formatOf(Path.of("/dev/vg/web"))).isEqualTo(DiskFile.Format.RAW);
  }

  @Test
  void refusesTwoDisksOfOneName() {
    DiskFile disk = new DiskFile("disk0", Path.of("a"), DiskFile.Format.RAW);
    assertThatThrownBy(() -> new FileVmSource(List.of(disk, disk), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("disk0");
  }

  @Test
  void takesConfigurationFilesAsTheyAre() throws Exception {
    Path image = Files.write(directory.resolve("disk.raw"), new byte[MIB]);
    Path config = Files.writeString(directory.resolve("web.xml"), "<domain/>");
    try (VmSource source =
            new FileVmSource(
                List.of(new DiskFile("disk0", image, DiskFile.Format.RAW)), List.of(config));
        Checkpoint checkpoint = source.checkpoint()) {
      FrozenContent file = checkpoint.files().getFirst();
      assertThat(file.name()).isEqualTo("web.xml");
      assertThat(file.sizeBytes()).isEqualTo(9);
    }
  }

  static Checkpoint checkpoint(Path image) throws IOException {
    return new FileVmSource(
            List.of(new DiskFile("disk0", image, DiskFile.formatOf(image))), List.of())
        .checkpoint();
  }

  static List<Run> runs(FrozenContent content) throws IOException {
    List<Run> runs = new ArrayList<>();
    for (long at = 0; at < content.sizeBytes(); ) {
      Run run = content.runAt(at);
      runs.add(run);
      at += run.lengthBytes();
    }
    return runs;
  }

  static byte[] randomBytes(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static boolean canUseLoopDevices() {
    return "root".equals(System.getProperty("user.name"))
        && Files.exists(Path.of("/dev/loop-control"));
  }

  private static String run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    return output;
  }
}
