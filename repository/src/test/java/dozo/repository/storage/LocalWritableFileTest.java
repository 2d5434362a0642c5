package dozo.repository.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalWritableFileTest {

  private static final int BUFFER_BYTES = 1 << 20;

  @TempDir Path directory;

  private final ByteArrayOutputStream expected = new ByteArrayOutputStream();
  private final ByteBuffer buffer = WritableFile.newBuffer(BUFFER_BYTES);
  private final Random random = new Random(7);

  @Test
  void writesWholeBlocksAroundTheCacheAndTheEndThroughIt() throws IOException {
    Path file = directory.resolve("pack");
    try (LocalWritableFile writable = create(file)) {
      append(writable, 0, BUFFER_BYTES);
      append(writable, 0, BUFFER_BYTES);
      append(writable, 0, 300_001);
      append(writable, 0, 17);
      assertThat(writable.isDirect()).isEqualTo(hasDirectWrites());
      writable.sync();
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(expected.toByteArray());
  }

  @Test
  void writesAnythingFromAnywhere() throws IOException {
    long seed = Long.getLong("dozo.test.seed", System.nanoTime());
    random.setSeed(seed);
    Path file = directory.resolve("odd");
    try (LocalWritableFile writable = create(file)) {
      for (int i = 0; i < 60; i++) {
        int from = random.nextBoolean() ? 0 : random.nextInt(BUFFER_BYTES);
        int length = random.nextInt(BUFFER_BYTES - from + 1);
        append(writable, from, random.nextBoolean() ? length : length & -4096);
      }
    }
    assertThat(Files.readAllBytes(file))
        .as("rerun with -Ddozo.test.seed=%d", seed)
        .isEqualTo(expected.toByteArray());
  }

  @Test
  void needsNoDirectWritesForSmallFiles() throws IOException {
    Path file = directory.resolve("small");
    try (LocalWritableFile writable = create(file)) {
      append(writable, 0, 4096);
      assertThat(writable.isDirect()).isFalse();
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(expected.toByteArray());
  }

  @Test
  void canBeReadBackBeforeItIsSynced() throws IOException {
    assumeThat(hasDirectWrites()).as("direct writes in " + directory).isTrue();
    Path file = directory.resolve("pack");
    try (LocalWritableFile writable = create(file)) {
      append(writable, 0, BUFFER_BYTES);
      append(writable, 0, 5_000);
      assertThat(Files.readAllBytes(file)).isEqualTo(expected.toByteArray());
    }
  }

  private void append(WritableFile file, int from, int length) throws IOException {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    expected.write(bytes);
    buffer.clear().position(from).put(bytes).flip().position(from);
    file.append(buffer);
    assertThat(buffer.hasRemaining()).isFalse();
  }

  private static LocalWritableFile create(Path file) throws IOException {
    return (LocalWritableFile) new LocalFiles().create(file);
  }

  private boolean hasDirectWrites() throws IOException {
    Path probe = Files.createTempFile(directory, "probe", null);
    try (FileChannel channel =
        FileChannel.open(probe, StandardOpenOption.WRITE, DirectWrites.OPTION.orElseThrow())) {
      return channel.isOpen();
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
