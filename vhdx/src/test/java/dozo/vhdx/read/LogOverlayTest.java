package dozo.vhdx.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Later changes cover earlier ones, whole or in part. */
final class LogOverlayTest {

  private static final int PAGE = 4096;
  private static final int PAGES = 64;
  private static final int UNCHANGED = -2;
  private static final int ZEROS = -1;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void findsTheLastChangeOfEachPage(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      LogOverlay overlay = new LogOverlay();
      int[] expected = new int[PAGES];
      Arrays.fill(expected, UNCHANGED);
      for (int change = 0; change < 1 + random.nextInt(30); change++) {
        int first = random.nextInt(PAGES);
        if (random.nextBoolean()) {
          int count = 1 + random.nextInt(Math.min(20, PAGES - first));
          overlay.putZeros((long) first * PAGE, (long) count * PAGE);
          Arrays.fill(expected, first, first + count, ZEROS);
        } else {
          overlay.putPage((long) first * PAGE, change, 0, change);
          expected[first] = change;
        }
      }
      for (int page = 0; page < PAGES; page++) {
        assertThat(changeOf(overlay, page))
            .as("seed %d, round %d, page %d", seed, round, page)
            .isEqualTo(expected[page]);
      }
    }
  }

  /** What the overlay says of a page, asked for somewhere inside it. */
  private static int changeOf(LogOverlay overlay, int page) {
    long offset = (long) page * PAGE + 77;
    LogOverlay.Patch patch = overlay.atOrAfter(offset);
    if (patch == null || patch.start() > offset) {
      return UNCHANGED;
    }
    LogOverlay.Page data = patch.data();
    return data == null ? ZEROS : (int) data.sector();
  }
}
