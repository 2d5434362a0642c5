package dozo.mount.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.Fault;
import dozo.format.NoSpaceException;
import dozo.mount.fs.OpenWritableFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FuseWriteTest {
  @TempDir Path mountPoint;

  @BeforeEach
  void needsFuse() {
    RealMount.assumePossible();
  }

  private FuseMount open(FixtureTree tree) throws IOException {
    return FuseMount.open(mountPoint, tree, MountOptions.of("test").withWritable(true));
  }

  @Test
  void takesWritesInLargePiecesAndForcesThem() throws Exception {
    MemoryFile file = new MemoryFile(2);
    byte[] content = PatternFile.bytes(0, 4 << 20);
    try (FuseMount mount = open(FixtureTree.of("disk", file))) {
      Path path = mount.mountPoint().resolve("disk");
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(content));
        channel.force(false);
      }
      assertThat(file.content()).isEqualTo(content);
      assertThat(file.largestWrite()).isEqualTo(128 << 10);
      assertThat(file.forced()).isEqualTo(1);
      assertThat(Files.readAllBytes(path)).isEqualTo(content);
    }
  }

  @Test
  void growsAndCutsAFile() throws Exception {
    MemoryFile file = new MemoryFile(2);
    try (FuseMount mount = open(FixtureTree.of("disk", file))) {
      Path path = mount.mountPoint().resolve("disk");
      Files.write(path, new byte[] {1, 2, 3});
      try (RandomAccessFile open = new RandomAccessFile(path.toFile(), "rw")) {
        open.setLength(1 << 20);
        assertThat(open.length()).isEqualTo(1 << 20);
        open.seek(2);
        assertThat(open.read()).isEqualTo(3);
        assertThat(open.read()).isEqualTo(0);
      }
      assertThat(Files.size(path)).isEqualTo(1 << 20);
      assertThat(RealMount.run("truncate", "-s", "2", path.toString()).exitCode()).isZero();
      assertThat(file.content()).containsExactly(1, 2);
      assertThat(RealMount.run("touch", path.toString()).exitCode()).isZero();
    }
  }

  @Test
  void tellsTheWriterThatThereIsNoSpace() throws Exception {
    PatternFile full =
        new PatternFile(2, 1 << 20) {
          @Override
          public OpenWritableFile openForWriting() {
            return new MemoryFileThatIsFull();
          }

          @Override
          public dozo.mount.fs.NodeAttributes attributes() {
            return new MemoryFile(2).attributes();
          }
        };
    try (FuseMount mount = open(FixtureTree.of("disk", full))) {
      assertThatThrownBy(() -> Files.write(mount.mountPoint().resolve("disk"), new byte[1]))
          .hasMessageContaining("No space left on device");
    }
  }

  private static final class MemoryFileThatIsFull implements OpenWritableFile {
    @Override
    public long sizeBytes() {
      return 0;
    }

    @Override
    public void read(long offset, ByteBuffer target) {
      throw new AssertionError("nothing to read");
    }

    @Override
    public void write(long offset, ByteBuffer source) throws IOException {
      throw new NoSpaceException(Fault.of("overlay is full"));
    }

    @Override
    public void truncate(long sizeBytes) {}

    @Override
    public void force(boolean dataOnly) {}

    @Override
    public void close() {}
  }
}
