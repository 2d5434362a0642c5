package dozo.mount.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.manifest.DiskGeometry;
import dozo.mount.read.ReadCache;
import dozo.mount.read.ReadCacheOptions;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for the image of a disk in any format. */
final class DiskImagesTest {
  private static final int MIB = 1 << 20;
  private static final VhdxForm SMALL_BLOCKS = new VhdxForm(MIB, Optional.empty());

  private final ReadCache cache = new ReadCache(ReadCacheOptions.DEFAULT);

  @AfterEach
  void close() {
    cache.close();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "VMDK")
  void readsTheSameInAnyPieces(ImageFormat format) throws Exception {
    for (long seed = 1; seed <= 6; seed++) {
      Random random = new Random(seed);
      long size = 3 * MIB + 512L * random.nextInt(12_000);
      SparseSource source = new SparseSource(seed, size).withRuns(7, MIB);
      DiskImage image = source.image(format, SMALL_BLOCKS, 512, cache);
      ByteBuffer whole = ByteBuffer.allocate((int) image.sizeBytes());
      image.read(0, whole);
      assertThat(whole.hasRemaining()).isFalse();
      for (int i = 0; i < 500; i++) {
        int room = random.nextInt(i % 10 == 0 ? 2_000_000 : 9000);
        int offset = random.nextInt(whole.capacity() - Math.min(room, whole.capacity()) + 1);
        room = Math.min(room, whole.capacity() - offset);
        ByteBuffer piece = ByteBuffer.allocate(room + 2).position(1).limit(room + 1);
        image.read(offset, piece);
        assertThat(piece.hasRemaining()).isFalse();
        assertThat(piece.limit()).isEqualTo(room + 1);
        assertThat(piece.slice(1, room))
            .as("seed %d, %d bytes at %d", seed, room, offset)
            .isEqualTo(whole.slice(offset, room));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "VMDK")
  void consistsOfFrameAndDiskAndZeros(ImageFormat format, @TempDir Path directory)
      throws Exception {
    for (long seed = 1; seed <= 4; seed++) {
      SparseSource source = new SparseSource(seed, 9 * MIB - 512 * seed).withRuns(5, MIB);
      DiskImage image = source.image(format, SMALL_BLOCKS, 512, cache);
      Path copy = directory.resolve(format + "-" + seed);
      Copies.write(source, image, copy);
      ByteBuffer whole = ByteBuffer.allocate((int) image.sizeBytes());
      image.read(0, whole);
      assertThat(ByteBuffer.wrap(Files.readAllBytes(copy)))
          .as("seed %d", seed)
          .isEqualTo(whole.flip());
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "VMDK")
  void refusesToReadPastTheEnd(ImageFormat format) throws Exception {
    DiskImage image =
        new SparseSource(1, 4 * MIB).put(0, 512).image(format, SMALL_BLOCKS, 512, cache);
    assertThatThrownBy(() -> image.read(image.sizeBytes() - 3, ByteBuffer.allocate(4)))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> image.read(-1, ByteBuffer.allocate(4)))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void asksForNothingBeforeAQcow2OrAVhdIsRead() throws Exception {
    SparseSource source = new SparseSource(1, 2L << 40).withRuns(100, 1L << 30);
    for (ImageFormat format : new ImageFormat[] {ImageFormat.QCOW2, ImageFormat.RAW}) {
      DiskImage image = source.image(format, VhdxForm.USUAL, 512, cache);
      assertThat(image.sizeBytes()).isGreaterThanOrEqualTo(2L << 40);
      assertThat(image.allocatedBytes()).isGreaterThanOrEqualTo(source.dataBytes());
    }
    assertThat(source.questions).hasValue(0);
    assertThat(source.fetches).hasValue(0);
  }

  @Test
  void saysWhatADiskDoesNotFit() {
    DiskGeometry large = new DiskGeometry((2040L << 30) + 512, 512, 512);
    DiskGeometry sectors = new DiskGeometry(8 * MIB, 4096, 4096);
    assertThat(ImageFormat.VHD.refusal(large).orElseThrow()).contains("2040 GiB");
    assertThat(ImageFormat.VHD.refusal(new DiskGeometry(2040L << 30, 512, 512))).isEmpty();
    assertThat(ImageFormat.VMDK.refusal(new DiskGeometry((62L << 40) + 512, 512, 512))).isPresent();
    assertThat(ImageFormat.VHD.refusal(sectors).orElseThrow()).contains("4096 bytes");
    assertThat(ImageFormat.VMDK.refusal(sectors)).isPresent();
    assertThat(ImageFormat.QCOW2.refusal(sectors)).isEmpty();
    assertThat(ImageFormat.VHDX.refusal(sectors)).isEmpty();
    assertThat(ImageFormat.QCOW2.refusal(new DiskGeometry(64L << 40, 512, 512))).isEmpty();
    for (ImageFormat format : ImageFormat.values()) {
      assertThat(format.refusal(new DiskGeometry(0, 512, 512)).isEmpty())
          .isEqualTo(format == ImageFormat.RAW);
      assertThat(ImageFormat.of(format.word())).isEqualTo(format);
    }
    assertThatThrownBy(() -> ImageFormat.of("qcow"))
        .hasMessage("There is no format \"qcow\", only raw, vhdx, qcow2, vmdk, vhd");
    assertThatThrownBy(
            () -> new SparseSource(1, 8 * MIB).image(ImageFormat.VHD, VhdxForm.USUAL, 4096, cache))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("disk0 cannot be a .vhd: its sectors");
  }

  @Test
  void idsFollowFromRestorePointAndPlace() {
    var one = new SparseSource(1, 8 * MIB).point(512);
    var two = new SparseSource(2, 8 * MIB).point(512);
    var disk = one.disks().getFirst();
    UUID here = ImageIds.ofClone(one.id(), disk, Path.of("/mnt/web"));
    assertThat(ImageIds.ofClone(one.id(), disk, Path.of("/mnt/../mnt/web"))).isEqualTo(here);
    assertThat(ImageIds.ofClone(one.id(), disk, Path.of("/mnt/other"))).isNotEqualTo(here);
    assertThat(ImageIds.ofClone(two.id(), disk, Path.of("/mnt/web"))).isNotEqualTo(here);
    assertThat(ImageIds.of(one.id(), disk, "vhd", Optional.empty()))
        .isEqualTo(ImageIds.of(one.id(), disk, "vhd", Optional.empty()))
        .isNotEqualTo(ImageIds.of(two.id(), disk, "vhd", Optional.empty()))
        .isNotEqualTo(ImageIds.of(one.id(), disk, "vhd", Optional.of(here)));
  }
}
