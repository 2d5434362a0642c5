package dozo.client.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads VHDX files that other programs made, as the disks they are. */
class VhdxDiskTest {

  private static final Path SAMPLES = Path.of("..", "..", "shared", "vhdx", "samples");
  private static final Path SYNTHETIC = SAMPLES.resolve("synthetic.tar.xz");
  private static final int MIB = 1 << 20;

  @TempDir static Path directory;

  @BeforeAll
  static void unpack() throws Exception {
    assumeTrue(Files.exists(SYNTHETIC), "no samples at " + SAMPLES + ": no VHDX was tested");
    assertThat(
            new ProcessBuilder("tar", "-xJf", SYNTHETIC.toString(), "-C", directory.toString())
                .inheritIO()
                .start()
                .waitFor())
        .isZero();
  }

  @Test
  void readsADiskThatWindowsMade() throws Exception {
    Path file = directory.resolve("btrfs.vhdx");
    try (GZIPInputStream in =
        new GZIPInputStream(Files.newInputStream(SAMPLES.resolve("btrfs.vhdx.gz")))) {
      Files.copy(in, file);
    }
    assertThat(sha256(file))
        .isEqualTo("0b959f9cb4e18348ad8b646f152178282542c8304f02fddf765e3fd1a1de6864");
  }

  @Test
  void readsAChainThroughTheParentsBesideIt() throws Exception {
    Path leaf = find("diff-child2.avhdx");
    assertThat(sha256(leaf))
        .isEqualTo("ed369f30e44e5f3126e08c6b52d9d6c964be69fb7154ddbba148fa2e0dac2500");
    try (Checkpoint checkpoint = FileVmSourceTest.checkpoint(leaf)) {
      FrozenDisk disk = checkpoint.disks().getFirst();
      assertThat(disk.sizeBytes()).isEqualTo(80L * MIB);
      assertThat(disk.identity()).isPresent();
    }
  }

  @Test
  void keepsTheSectorSize() throws Exception {
    Path file = find("4kn-dynamic.vhdx");
    try (Checkpoint checkpoint = FileVmSourceTest.checkpoint(file)) {
      assertThat(checkpoint.disks().getFirst().geometry().logicalSectorBytes()).isEqualTo(4096);
    }
    assertThat(sha256(file))
        .isEqualTo("3251de6ca5abf47029bd38c8b9a2ffc189b9a2e7ea2668c152290ba84d8c1370");
  }

  @Test
  void saysThatAParentIsMissing() throws Exception {
    Path lonely = Files.createDirectory(directory.resolve("lonely")).resolve("child.avhdx");
    Files.copy(find("diff-child1.avhdx"), lonely);
    assertThatThrownBy(() -> FileVmSourceTest.checkpoint(lonely))
        .isInstanceOf(SourceUnreadableException.class)
        .hasMessageContaining("parents");
  }

  @Test
  void refusesWhatIsNoVhdx() throws Exception {
    Path file = Files.write(directory.resolve("fake.vhdx"), new byte[MIB]);
    assertThatThrownBy(() -> FileVmSourceTest.checkpoint(file))
        .isInstanceOf(SourceUnreadableException.class)
        .hasMessageContaining("fake.vhdx");
  }

  private static Path find(String name) throws Exception {
    try (var files = Files.walk(directory)) {
      return files.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
    }
  }

  private static String sha256(Path file) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (Checkpoint checkpoint = FileVmSourceTest.checkpoint(file)) {
      FrozenDisk disk = checkpoint.disks().getFirst();
      ByteBuffer zeros = ByteBuffer.allocate(MIB);
      for (long at = 0; at < disk.sizeBytes(); ) {
        Run run = disk.runAt(at);
        for (long end = at + run.lengthBytes(); at < end; ) {
          int length = (int) Math.min(MIB, end - at);
          ByteBuffer bytes = zeros.duplicate().limit(length);
          if (!run.zero()) {
            bytes = ByteBuffer.allocate(length);
            disk.read(at, bytes);
            bytes.flip();
          }
          digest.update(bytes);
          at += length;
        }
      }
      checkpoint.verify();
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
