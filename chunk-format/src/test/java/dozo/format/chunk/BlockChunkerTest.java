package dozo.format.chunk;

import static dozo.format.chunk.FastCdcChunkerTest.lengths;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlockChunkerTest {

  private static final ChunkerParameters PARAMETERS =
      ChunkerParameters.of(Algorithm.BLOCK_ALIGNED, 64 << 10);

  private final Chunker chunker = PARAMETERS.chunker();
  private final byte[] disk = new byte[64 << 20];

  BlockChunkerTest() {
    new Random(1).nextBytes(disk);
  }

  @Test
  void cutsBetweenBlocksWithinItsBoundsAndAroundItsAverage() {
    List<Integer> lengths = lengths(chunker, disk);
    assertThat(lengths.subList(0, lengths.size() - 1))
        .allSatisfy(length ->
            assertThat(length)
                .isBetween(PARAMETERS.minimumBytes(), PARAMETERS.maximumBytes())
                .matches(l -> l % 4096 == 0, "is a multiple of 4096"));
    assertThat(disk.length / lengths.size()).isBetween(60_000, 70_000);
  }

  @Test
  void normalizationGathersLengthsAroundTheAverage() {
    int average = 64 << 10;
    Chunker level2 = new BlockChunker(average, average / 4, average * 4, 2);
    assertThat(nearAverage(level2)).isGreaterThan(nearAverage(chunker) + 0.1);
  }

  private double nearAverage(Chunker chunker) {
    List<Integer> lengths = lengths(chunker, disk);
    return lengths.stream().filter(l -> l >= 32 << 10 && l <= 128 << 10).count()
        / (double) lengths.size();
  }

  @Test
  void cutsWhereAFileEnds() {
    int at = 0;
    for (int end = 5 * 4096; end < 300 * 4096; end += 17 * 4096) {
      Arrays.fill(disk, end - 8, end, (byte) 0);
    }
    int found = 0;
    for (int length : lengths(chunker, Arrays.copyOf(disk, 300 * 4096))) {
      at += length;
      found += at % (17 * 4096) == 5 * 4096 ? 1 : 0;
    }
    assertThat(found).isGreaterThan(12);
  }

  @Test
  void cutsAlikeAfterAnInsertedBlock() {
    byte[] longer = new byte[disk.length + 4096];
    System.arraycopy(disk, 0, longer, 4096, disk.length);
    List<Integer> before = lengths(chunker, disk);
    List<Integer> after = lengths(chunker, longer);
    assertThat(after.subList(after.size() - 900, after.size()))
        .isEqualTo(before.subList(before.size() - 900, before.size()));
  }

  @Test
  void fixedChunksEndAtMultiplesOfTheDiskOffset() {
    Chunker fixed = ChunkerParameters.of(Algorithm.FIXED, 64 << 10).chunker();
    assertThat(fixed.cut(3L << 40, disk, 0, 1 << 20)).isEqualTo(64 << 10);
    assertThat(fixed.cut((3L << 40) + 4096, disk, 4096, 1 << 20)).isEqualTo(60 << 10);
    assertThat(fixed.cut((3L << 40) + 4096, disk, 4096, 4099)).isEqualTo(3);
  }

  @Test
  void rejectsExtentsThatBeginInsideABlock() {
    assertThatThrownBy(() -> chunker.cut(512, disk, 0, 1 << 20))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
