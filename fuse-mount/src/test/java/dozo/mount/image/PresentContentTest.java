package dozo.mount.image;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.mount.read.ReadCache;
import dozo.mount.read.ReadCacheOptions;
import dozo.vhdx.Extent;
import java.io.IOException;
import java.util.BitSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Large blocks that are asked for first must not show in where a disk has data. */
final class PresentContentTest {
  private static final long MIB = 1 << 20;
  private static final long TIB = 1L << 40;
  private static final int MOST_BLOCKS = 1 << 20;

  private final ReadCache cache = new ReadCache(ReadCacheOptions.DEFAULT);

  @AfterEach
  void close() {
    cache.close();
  }

  private static BitSet walked(PresentContent content, int blockBytes) throws IOException {
    BitSet present = new BitSet();
    for (long at = 0; at < content.sizeBytes(); ) {
      Extent extent = content.extentAt(at);
      assertThat(extent.offset()).isEqualTo(at);
      if (extent.kind() == Extent.Kind.DATA) {
        present.set((int) (at / blockBytes), (int) Math.ceilDiv(extent.end(), blockBytes));
      }
      at = extent.end();
    }
    return present;
  }

  private static BitSet asked(SparseSource disk, int blockBytes) {
    BitSet present = new BitSet();
    int blocks = (int) Math.ceilDiv(disk.sizeBytes(), blockBytes);
    for (int first = 0; first < blocks; first += MOST_BLOCKS) {
      int shift = first;
      disk.presence(blockBytes, first, Math.min(MOST_BLOCKS, blocks - first)).stream()
          .forEach(block -> present.set(shift + block));
    }
    return present;
  }

  @ParameterizedTest
  @CsvSource({"1, 3", "2, 1", "2, 2", "2, 9", "1, 20", "16, 64"})
  void saysOfEveryBlockWhatTheDiskSays(int blockMib, int sizeTib) throws IOException {
    int blockBytes = (int) (blockMib * MIB);
    for (long seed = 1; seed <= 5; seed++) {
      // Neither a whole number of large blocks nor one of small ones.
      SparseSource disk = new SparseSource(seed, sizeTib * TIB - 300 * MIB - 512);
      disk.withRuns(40, 3L << 30).put(disk.sizeBytes() - 1, 1);
      PresentContent content = new PresentContent(disk.reader(cache), blockBytes);
      assertThat(walked(content, blockBytes))
          .as("seed %d", seed)
          .isEqualTo(asked(disk, blockBytes));
    }
  }

  @Test
  void asksNothingOfWhatIsHolesInTheLarge() throws IOException {
    SparseSource disk = new SparseSource(1, 64 * TIB).put(5 * TIB, MIB).put(41 * TIB, 3 * MIB);
    walked(new PresentContent(disk.reader(cache), (int) (2 * MIB)), (int) (2 * MIB));
    assertThat(disk.questions).hasValue(3);
  }
}
