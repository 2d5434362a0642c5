package dozo.vhdx.read;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.vhdx.Extent;
import dozo.vhdx.fixture.LibvhdiMount;
import dozo.vhdx.fixture.MemorySource;
import dozo.vhdx.fixture.Samples;
import dozo.vhdx.fixture.Tool;
import dozo.vhdx.fixture.VhdxBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where programs that nobody here wrote can read a file, they read what we read. */
final class ForeignReaderIT {

  private static final int MIB = 1 << 20;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "btrfs.vhdx",
        "iotest-dynamic-1G.vhdx",
        "test-disk2vhd.vhdx",
        "fixed-8m.vhdx",
        "diff-base.vhdx"
      })
  void qemuReadsTheSame(String name) throws IOException {
    Tool.require("qemu-img", "qemu-utils");
    Path sample = Samples.directory().resolve(name);

    try (VhdxChain chain = VhdxChain.open(sample, List.of())) {
      Path raw = flatten(chain);
      assertThat(
              Tool.run(
                  "qemu-img",
                  "compare",
                  "-f",
                  "vhdx",
                  "-F",
                  "raw",
                  sample.toString(),
                  raw.toString()))
          .contains("Images are identical");
    }
  }

  /** Blocks of sizes that differ along the chain, unaligned runs of sectors, a second chunk. */
  @ParameterizedTest
  @CsvSource({"1, 2, 1, 512", "2, 1, 4, 512", "8, 2, 1, 4096"})
  void libvhdiReadsTheSameChain(int base, int middle, int leaf, int sectorBytes)
      throws IOException {
    Random random = new Random(base * 100L + middle * 10L + leaf);
    long size = sectorBytes == 512 ? (4L << 30) + 24 * MIB : 48 * MIB;
    VhdxBuilder first = new VhdxBuilder("base.vhdx", size, base * MIB, sectorBytes);
    VhdxBuilder second = new VhdxBuilder("middle.avhdx", size, middle * MIB, sectorBytes);
    VhdxBuilder third = new VhdxBuilder("leaf.avhdx", size, leaf * MIB, sectorBytes);
    second.parent(first.dataWriteGuid(), "base.vhdx");
    third.parent(second.dataWriteGuid(), "middle.avhdx");
    for (VhdxBuilder file : List.of(first, second, third)) {
      for (int i = 0; i < 10; i++) {
        int block =
            i % 2 == 0
                ? random.nextInt(Math.min(8, file.payloadBlocks()))
                : file.payloadBlocks() - 1 - random.nextInt(Math.min(8, file.payloadBlocks()));
        int offset = random.nextInt(MIB / sectorBytes / 2) * sectorBytes;
        byte[] bytes = new byte[(1 + random.nextInt(99)) * sectorBytes];
        random.nextBytes(bytes);
        if (file == first) {
          file.full(block, offset, bytes);
        } else {
          file.partial(block, offset, bytes);
        }
      }
    }
    for (VhdxBuilder file : List.of(first, second, third)) {
      write(file.build());
    }
    Path file = directory.resolve("leaf.avhdx");
    List<Path> parents = List.of(directory.resolve("base.vhdx"), directory.resolve("middle.avhdx"));

    try (VhdxChain chain = VhdxChain.open(file, parents);
        LibvhdiMount mount = LibvhdiMount.open(file, directory);
        FileChannel theirs = FileChannel.open(mount.disk())) {
      assertThat(chain.files()).hasSize(3);
      for (long start : new long[] {0, size - 24 * MIB}) {
        for (long at = start; at < start + 24 * MIB; at += MIB) {
          ByteBuffer ours = ByteBuffer.allocate(MIB);
          ByteBuffer other = ByteBuffer.allocate(MIB);
          chain.read(at, ours);
          while (other.hasRemaining() && theirs.read(other, at + other.position()) > 0) {}
          assertThat(ours.flip()).as("at %d", at).isEqualTo(other.flip());
        }
      }
    }
  }

  private void write(MemorySource file) throws IOException {
    try (FileChannel target = create(file.name())) {
      for (long at = 0; at < file.sizeBytes(); at += MIB) {
        target.write(file.get(at, (int) Math.min(MIB, file.sizeBytes() - at)), at);
      }
    }
  }

  private Path flatten(VhdxChain chain) throws IOException {
    try (FileChannel target = create("flat.raw")) {
      long size = chain.disk().sizeBytes();
      ByteBuffer piece = ByteBuffer.allocate(MIB);
      Extent extent;
      for (long at = 0; at < size; at = extent.end()) {
        extent = chain.extentAt(at);
        for (long from = at; extent.kind() == Extent.Kind.DATA && from < extent.end(); ) {
          piece.clear().limit((int) Math.min(MIB, extent.end() - from));
          int count = chain.read(from, piece);
          target.write(piece.flip(), from);
          from += count;
        }
      }
      if (target.size() < size) {
        target.write(ByteBuffer.allocate(1), size - 1);
      }
    }
    return directory.resolve("flat.raw");
  }

  private FileChannel create(String name) throws IOException {
    return FileChannel.open(
        directory.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }
}
