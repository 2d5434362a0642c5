package dozo.client;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.client.source.ChangeList;
import dozo.client.source.ChangeList.Range;
import dozo.client.source.FrozenContent;
import dozo.client.source.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChangedContentTest {

  private static final int KIB = 1 << 10;

  /** A disk that is data all over, but for a hole in the middle. */
  private record Disk(long sizeBytes) implements FrozenContent {
    @Override
    public String name() {
      return "disk0";
    }

    @Override
    public Run runAt(long offset) {
      long hole = sizeBytes / 2;
      return offset < hole
          ? new Run(offset, hole - offset, Run.Kind.DATA)
          : new Run(offset, sizeBytes - offset, Run.Kind.ZERO);
    }

    @Override
    public void read(long offset, ByteBuffer target) {
      target.position(target.limit());
    }
  }

  @Test
  void readsWhatChangedAndSamplesOfTheRest() throws IOException {
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      int size = (1 + random.nextInt(4000)) * KIB;
      int base = random.nextInt(2 * size);
      BitSet changed = new BitSet();
      List<Range> ranges = new ArrayList<>();
      for (int i = 0; i < random.nextInt(6); i++) {
        int at = random.nextInt(2 * size);
        ranges.add(new Range(at, 1 + random.nextInt(100 * KIB)));
        changed.set(at, (int) ranges.getLast().end());
      }
      ChangedContent content =
          new ChangedContent(new Disk(size), new ChangeList(ranges), base, random);
      int samples = 0;
      long at = 0;
      while (at < size) {
        Run run = content.runAt(at);
        assertThat(run.offset()).isEqualTo(at);
        assertThat(run.lengthBytes()).isBetween(1L, size - at);
        int end = (int) (at + run.lengthBytes());
        switch (run.kind()) {
          case KEPT, CHECKED -> {
            assertThat(end).as("seed %d", seed).isLessThanOrEqualTo(base);
            int change = changed.nextSetBit((int) at);
            assertThat(change < 0 || change >= end).as("seed %d", seed).isTrue();
            samples += run.kind() == Run.Kind.CHECKED ? 1 : 0;
          }
          case DATA, ZERO -> {
            boolean all = changed.nextClearBit((int) at) >= Math.min(end, base);
            assertThat(all || at >= base).as("seed %d", seed).isTrue();
          }
        }
        at = end;
      }
      if (ranges.isEmpty() && Math.min(base, size) >= 64 * KIB) {
        assertThat(samples).as("seed %d", seed).isPositive();
      }
    }
  }
}
