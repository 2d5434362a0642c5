package dozo.vhdx.synth;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.vhdx.Extent;
import dozo.vhdx.fixture.LibvhdiMount;
import dozo.vhdx.fixture.Tool;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that nobody here wrote find the disk in an image of it. */
final class ForeignReaderIT {

  private static final long MIB = 1 << 20;

  @TempDir private Path directory;
  private Path vhdx;
  private Path raw;

  @BeforeEach
  void nameFiles() {
    vhdx = directory.resolve("image.vhdx");
    raw = directory.resolve("disk.raw");
  }

  /** Writes an image to a file, and its disk beside it. */
  private void write(RandomDisk disk, ImageParameters parameters) throws Exception {
    VhdxImage image = VhdxImage.of(disk, parameters);
    try (FileChannel target = create(vhdx)) {
      image.copyTo(target);
    }
    long size = image.disk().sizeBytes();
    try (FileChannel target = create(raw)) {
      Extent extent;
      for (long at = 0; at < disk.sizeBytes(); at = extent.end()) {
        extent = disk.extentAt(at);
        if (extent.kind() == Extent.Kind.DATA) {
          target.write(disk.expected(at, Math.toIntExact(extent.length())), at);
        }
      }
      if (target.size() < size) {
        target.write(ByteBuffer.allocate(1), size - 1);
      }
    }
  }

  private static FileChannel create(Path file) throws Exception {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 16, 32, 64, 128, 256})
  void qemuFindsTheDisk(int blockMib) throws Exception {
    Tool.require("qemu-img", "qemu-utils");
    long size = 3L * blockMib * MIB + 3 * MIB + 512;
    write(
        RandomDisk.withRuns(blockMib, size, 6, MIB).put(size - 700, 700),
        VhdxImageTest.parameters(blockMib, 512));

    assertThat(Tool.run("qemu-img", "check", "-f", "vhdx", vhdx.toString()))
        .contains("No errors were found");
    assertThat(
            Tool.run(
                "qemu-img", "compare", "-f", "vhdx", "-F", "raw", vhdx.toString(), raw.toString()))
        .contains("Images are identical");
  }

  @Test
  void qemuConvertsTheDisk() throws Exception {
    Tool.require("qemu-img", "qemu-utils");
    write(RandomDisk.withRuns(77, 130 * MIB, 9, 4 * MIB), VhdxImageTest.parameters(2, 512));
    Path converted = directory.resolve("converted.raw");

    Tool.run(
        "qemu-img", "convert", "-f", "vhdx", "-O", "raw", vhdx.toString(), converted.toString());

    assertThat(Files.mismatch(converted, raw)).isEqualTo(-1);
  }

  /** Blocks in several chunks, where the table's entries are interleaved with those of bitmaps. */
  @Test
  void qemuFindsBlocksBehindTheFirstChunk() throws Exception {
    Tool.require("qemu-img", "qemu-utils");
    long size = 10L << 40;
    RandomDisk disk = new RandomDisk(5, size).put(0, 10).put(4L << 30, 4096).put(size - 9, 9);
    write(disk, VhdxImageTest.parameters(2, 512));

    for (long at : new long[] {0, 4L << 30, size - 4096, 5L << 40}) {
      Path piece = directory.resolve("piece");
      Tool.run(
          "qemu-img",
          "dd",
          "-f",
          "vhdx",
          "-O",
          "raw",
          "bs=4096",
          "skip=" + at / 4096,
          "count=" + (at / 4096 + 1),
          "if=" + vhdx,
          "of=" + piece);
      assertThat(ByteBuffer.wrap(Files.readAllBytes(piece)))
          .as("at %d", at)
          .isEqualTo(disk.expected(at, 4096));
      Files.delete(piece);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 512", "2, 512", "32, 512", "256, 512", "1, 4096", "2, 4096", "32, 4096"})
  void libvhdiFindsTheDisk(int blockMib, int sectorBytes) throws Exception {
    long size = 2L * blockMib * MIB + 5 * MIB + 4096;
    write(
        RandomDisk.withRuns(blockMib, size, 6, MIB).put(size - 700, 700),
        VhdxImageTest.parameters(blockMib, sectorBytes));

    try (LibvhdiMount mount = LibvhdiMount.open(vhdx, directory)) {
      assertThat(Files.size(mount.disk())).isEqualTo(size);
      assertThat(Files.mismatch(mount.disk(), raw)).isEqualTo(-1);
    }
    assertThat(Tool.run("vhdiinfo", vhdx.toString()))
        .containsIgnoringCase(VhdxImageTest.DATA_WRITE.toString());
  }
}
