package dozo.vhdx.synth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.vhdx.Extent;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rank and select agree with counting one by one. */
final class PresentBlocksTest {

  private static final int BLOCK = 1 << 20;

  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 65, 511, 512, 513, 5000})
  void countsAsOneByOne(int blocks) throws Exception {
    for (int runs : new int[] {0, 1, 3, blocks / 3, blocks * 4}) {
      long size = (long) blocks * BLOCK - 17;
      RandomDisk disk = RandomDisk.withRuns(blocks, size, runs, 3L * BLOCK);
      PresentBlocks present = PresentBlocks.of(disk, BLOCK);

      assertThat(disk.questions()).isLessThanOrEqualTo(2L * blocks);
      int rank = 0;
      for (int block = 0; block < blocks; block++) {
        Extent extent = disk.extentAt((long) block * BLOCK);
        boolean holdsData =
            extent.kind() == Extent.Kind.DATA
                || extent.end() < Math.min(size, (block + 1L) * BLOCK);
        assertThat(present.contains(block))
            .as("block %d of %d", block, blocks)
            .isEqualTo(holdsData);
        assertThat(present.rank(block)).isEqualTo(rank);
        if (holdsData) {
          assertThat(present.select(rank)).isEqualTo(block);
          rank++;
        }
      }
      assertThat(present.count()).isEqualTo(rank);
    }
  }

  @Test
  void findsLoneBlocksOfALargeDisk() throws Exception {
    Random random = new Random(7);
    RandomDisk disk = new RandomDisk(7, 64L << 40);
    for (int i = 0; i < 1000; i++) {
      disk.put((long) random.nextInt(1 << 26) * BLOCK, 1);
    }
    PresentBlocks present = PresentBlocks.of(disk, BLOCK);

    for (int rank = 0; rank < present.count(); rank++) {
      assertThat(present.rank(present.select(rank))).isEqualTo(rank);
    }
  }

  @Test
  void rejectsAnAnswerToAnotherQuestion() {
    DiskContent liar =
        new DiskContent() {
          @Override
          public long sizeBytes() {
            return 2L * BLOCK;
          }

          @Override
          public Extent extentAt(long offset) {
            return new Extent(offset + 1, 1, Extent.Kind.ZERO);
          }

          @Override
          public void read(long offset, ByteBuffer target) {}
        };

    assertThatThrownBy(() -> PresentBlocks.of(liar, BLOCK))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("asked for the extent at 0");
  }
}
