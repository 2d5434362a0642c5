package dozo.client;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.client.source.FrozenContent;
import dozo.client.source.Run;
import dozo.client.tags.BlockTagStore;
import dozo.client.tags.BlockTags;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.VmRef;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaggedContentTest {

  private static final int STEP = 4 << 10;
  private static final int BLOCK = BlockTags.BLOCK_BYTES;

  @TempDir private Path directory;

  /** A disk in memory whose steps of zeros are holes or not, as it is told. */
  private static final class Disk implements FrozenContent {

    private final byte[] bytes;
    private final boolean[] hole;

    Disk(byte[] bytes, boolean[] hole) {
      this.bytes = bytes;
      this.hole = hole;
    }

    static Disk random(Random random) {
      int steps = 1 + random.nextInt(2000);
      byte[] bytes = new byte[steps * STEP - 512 * random.nextInt(8)];
      Disk disk = new Disk(bytes, new boolean[steps]);
      for (int i = 0; i < 1 + random.nextInt(8); i++) {
        disk.change(random);
      }
      return disk;
    }

    void change(Random random) {
      int from = random.nextInt(hole.length);
      int to = Math.min(hole.length, from + 1 + random.nextInt(1 + hole.length / 3));
      int kind = random.nextInt(3);
      for (int step = from; step < to; step++) {
        int end = Math.min(bytes.length, (step + 1) * STEP);
        hole[step] = kind == 0;
        Arrays.fill(bytes, step * STEP, end, kind == 2 ? (byte) random.nextInt() : 0);
      }
    }

    Disk resized(Random random) {
      int length = Math.max(512, bytes.length + 512 * (random.nextInt(600) - 300));
      Disk other = new Disk(Arrays.copyOf(bytes, length), new boolean[(length + STEP - 1) / STEP]);
      System.arraycopy(hole, 0, other.hole, 0, Math.min(hole.length, other.hole.length) - 1);
      return other;
    }

    @Override
    public String name() {
      return "disk0";
    }

    @Override
    public long sizeBytes() {
      return bytes.length;
    }

    @Override
    public Run runAt(long offset) {
      int step = (int) (offset / STEP);
      int end = step;
      while (end < hole.length && hole[end] == hole[step]) {
        end++;
      }
      return new Run(
          offset,
          Math.min(bytes.length, (long) end * STEP) - offset,
          hole[step] ? Run.Kind.ZERO : Run.Kind.DATA);
    }

    @Override
    public void read(long offset, ByteBuffer target) {
      target.put(bytes, (int) offset, target.remaining());
    }
  }

  private static final RestorePointId POINT =
      RestorePointId.parse("0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b");

  private BlockTags open(Disk disk) {
    VmRef vm = new VmRef("default", new UUID(1, 1), "web", "host1");
    return new BlockTagStore(directory)
        .open(new UUID(2, 2), vm, "disk0", disk.sizeBytes())
        .orElseThrow();
  }

  /** Puts the disk together as a server does that has the base. */
  private static byte[] take(TaggedContent content, long from, byte[] base, ExecutorService readers)
      throws Exception {
    byte[] made = Arrays.copyOf(base, (int) content.sizeBytes());
    long at = from;
    BlockPool pool = new BlockPool(ReadAhead.BLOCKS_AHEAD + 1);
    try (ReadAhead ahead = new ReadAhead(content, from, pool, readers)) {
      for (Block block = ahead.next(); block != null; block = ahead.next()) {
        for (Piece piece : block.pieces()) {
          assertThat(piece.offset()).isEqualTo(at);
          int offset = (int) at;
          int length = (int) piece.lengthBytes();
          switch (piece) {
            case Piece.Data data -> data.bytes().get(0, made, offset, length);
            case Piece.Zeros _ -> Arrays.fill(made, offset, offset + length, (byte) 0);
            case Piece.Kept _ -> assertThat(at + length).isLessThanOrEqualTo(base.length);
            case Piece.Checked checked -> {
              byte[] seen = new byte[length];
              checked.bytes().get(0, seen);
              assertThat(seen).isEqualTo(Arrays.copyOfRange(base, offset, offset + length));
              assertThat(length).isEqualTo(BLOCK);
            }
          }
          at += length;
        }
        if (block.buffer() != null) {
          pool.give(block.buffer());
        }
      }
    }
    assertThat(at).isEqualTo(content.sizeBytes());
    return made;
  }

  @Test
  void makesTheDiskOfItsBaseAndWhatChanged() throws Exception {
    try (ExecutorService readers = Executors.newFixedThreadPool(3)) {
      for (int seed = 0; seed < 60; seed++) {
        Random random = new Random(seed);
        Disk disk = Disk.random(random);
        byte[] base = new byte[0];
        for (int day = 0; day < 4; day++) {
          try (BlockTags tags = open(disk)) {
            boolean hasBase = day > 0 && random.nextInt(5) > 0;
            TaggedContent content = new TaggedContent(disk, tags, hasBase, random);
            long from = random.nextInt(4) == 0 ? random.nextInt(disk.bytes.length) : 0;
            byte[] before = hasBase ? base : new byte[0];
            byte[] known = Arrays.copyOf(before, Math.max(before.length, (int) from));
            System.arraycopy(disk.bytes, 0, known, 0, (int) from);
            if (from > 0) {
              // A first try came so far and further, and was interrupted.
              take(content, 0, before, readers);
            }
            assertThat(take(content, from, known, readers))
                .as("seed %d, day %d", seed, day)
                .isEqualTo(disk.bytes);
            tags.publish(POINT);
          }
          base = disk.bytes.clone();
          if (random.nextInt(3) == 0) {
            disk = disk.resized(random);
          }
          for (int i = 0; i < random.nextInt(4); i++) {
            disk.change(random);
          }
        }
      }
    }
  }

  @Test
  void keepsAllButASampleOfWhatIsAsItWas() throws Exception {
    Random random = new Random(1);
    Disk disk = new Disk(new byte[100 * BLOCK], new boolean[100 * BLOCK / STEP]);
    random.nextBytes(disk.bytes);
    Arrays.fill(disk.bytes, 50 * BLOCK, 60 * BLOCK, (byte) 0);
    Arrays.fill(disk.hole, 50 * BLOCK / STEP, 60 * BLOCK / STEP, true);
    try (ExecutorService readers = Executors.newFixedThreadPool(3)) {
      try (BlockTags tags = open(disk)) {
        take(new TaggedContent(disk, tags, false, random), 0, new byte[0], readers);
        tags.publish(POINT);
      }
      disk.bytes[7 * BLOCK + 1] ^= 1;
      List<Piece> pieces = new ArrayList<>();
      try (BlockTags tags = open(disk);
          ReadAhead ahead =
              new ReadAhead(
                  new TaggedContent(disk, tags, true, random), 0, new BlockPool(16), readers)) {
        for (Block block = ahead.next(); block != null; block = ahead.next()) {
          pieces.addAll(block.pieces());
        }
      }
      assertThat(pieces)
          .filteredOn(Piece.Data.class::isInstance)
          .singleElement()
          .satisfies(data -> {
            assertThat(data.offset()).isEqualTo(7L * BLOCK);
            assertThat(data.lengthBytes()).isEqualTo(BLOCK);
          });
      assertThat(pieces).noneMatch(Piece.Zeros.class::isInstance);
      assertThat(pieces.stream().filter(Piece.Checked.class::isInstance).count())
          .isBetween(5L, 16L);
    }
  }
}
