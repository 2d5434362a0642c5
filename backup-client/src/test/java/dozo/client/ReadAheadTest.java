package dozo.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.client.source.Checkpoint;
import dozo.client.source.DiskFile;
import dozo.client.source.FileVmSource;
import dozo.client.source.FrozenContent;
import dozo.client.source.FrozenDisk;
import dozo.client.source.Run;
import dozo.client.source.SourceUnreadableException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadAheadTest {

  private static final int MIB = 1 << 20;

  @TempDir Path directory;

  private final ExecutorService readers = Executors.newFixedThreadPool(3);
  private final BlockPool pool = new BlockPool(ReadAhead.BLOCKS_AHEAD + 1);

  @AfterEach
  void stopReaders() {
    readers.shutdown();
  }

  @Test
  void bringsEveryByteInOrder() throws Exception {
    long seed = new Random().nextLong();
    byte[] disk = scattered(24 * MIB, seed);
    Path image = writeSparsely(disk);
    for (int from : List.of(0, 512, 5 * MIB + 4096, disk.length)) {
      assertThat(collect(image, from, disk.length))
          .as("from %d, seed %d", from, seed)
          .isEqualTo(Arrays.copyOfRange(disk, from, disk.length));
    }
  }

  @Test
  void tellsAHoleInOnePieceHoweverLongItIs() throws Exception {
    Path image = directory.resolve("empty.raw");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(1L << 40);
    }
    try (Checkpoint checkpoint = checkpoint(image);
        ReadAhead ahead = new ReadAhead(checkpoint.disks().getFirst(), 0, pool, readers)) {
      Block block = Objects.requireNonNull(ahead.next());
      assertThat(block.pieces()).containsExactly(new Piece.Zeros(0, 1L << 40));
      assertThat(ahead.next()).isNull();
    }
  }

  @Test
  void passesOnThatTheSourceFailed() throws Exception {
    Path image = Files.write(directory.resolve("cut.raw"), scattered(8 * MIB, 3));
    FrozenDisk disk;
    try (Checkpoint checkpoint = checkpoint(image)) {
      disk = checkpoint.disks().getFirst();
    }
    FrozenDisk closed = disk;
    assertThatThrownBy(
            () -> {
              try (ReadAhead ahead = new ReadAhead(new Unmapped(closed), 0, pool, readers)) {
                ahead.next();
              }
            })
        .isInstanceOf(SourceUnreadableException.class)
        .hasMessageContaining("cut.raw");
  }

  private byte[] collect(Path image, int from, int size) throws Exception {
    ByteBuffer collected = ByteBuffer.allocate(size - from);
    try (Checkpoint checkpoint = checkpoint(image)) {
      FrozenDisk disk = checkpoint.disks().getFirst();
      try (ReadAhead ahead = new ReadAhead(disk, from, pool, readers)) {
        for (Block block = ahead.next(); block != null; block = ahead.next()) {
          for (Piece piece : block.pieces()) {
            assertThat(piece.offset()).isEqualTo(from + collected.position());
            assertThat(piece.lengthBytes()).isPositive();
            switch (piece) {
              case Piece.Data data -> collected.put(data.bytes().duplicate());
              case Piece.Zeros zeros -> collected.put(new byte[(int) zeros.lengthBytes()]);
              case Piece.Kept _, Piece.Checked _ ->
                  throw new AssertionError("Nothing is kept of a disk without a base");
            }
          }
          if (block.buffer() != null) {
            pool.give(block.buffer());
          }
        }
      }
    }
    assertThat(collected.hasRemaining()).isFalse();
    return collected.array();
  }

  /** A disk of whose holes nothing is known. */
  private record Unmapped(FrozenDisk disk) implements FrozenContent {
    @Override
    public String name() {
      return disk.name();
    }

    @Override
    public long sizeBytes() {
      return disk.sizeBytes();
    }

    @Override
    public Run runAt(long offset) {
      return new Run(offset, sizeBytes() - offset, Run.Kind.DATA);
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
      disk.read(offset, target);
    }
  }

  private static Checkpoint checkpoint(Path image) throws Exception {
    return new FileVmSource(List.of(new DiskFile("disk0", image, DiskFile.Format.RAW)), List.of())
        .checkpoint();
  }

  /** Data, zeros and short runs of zeros of random lengths. */
  private static byte[] scattered(int length, long seed) {
    Random random = new Random(seed);
    byte[] bytes = new byte[length];
    for (int at = 0; at < length; ) {
      int run = Math.min(length - at, 1 + random.nextInt(1 << (10 + random.nextInt(12))));
      if (random.nextBoolean()) {
        byte[] data = new byte[run];
        random.nextBytes(data);
        System.arraycopy(data, 0, bytes, at, run);
      }
      at += run;
    }
    return bytes;
  }

  private Path writeSparsely(byte[] disk) throws Exception {
    Path image = directory.resolve("scattered.raw");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      for (int at = 0; at < disk.length; at += 4096) {
        ByteBuffer page = ByteBuffer.wrap(disk, at, 4096).slice();
        if (page.mismatch(ByteBuffer.allocate(4096)) >= 0) {
          file.seek(at);
          file.write(disk, at, 4096);
        }
      }
      file.setLength(disk.length);
    }
    return image;
  }
}
