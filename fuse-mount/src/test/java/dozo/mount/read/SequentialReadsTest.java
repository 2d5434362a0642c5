package dozo.mount.read;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.mount.read.SequentialReads.Ahead;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SequentialReadsTest {
  private static final long SIZE = 1L << 40;
  private static final int PIECE = 128 << 10;

  private final SequentialReads reads = new SequentialReads(SIZE, 8 << 20);

  @Test
  void runsAheadFurtherTheLongerTheRun() {
    List<Ahead> aheads = new ArrayList<>();
    for (long offset = 0; offset < 32 << 20; offset += PIECE) {
      Ahead ahead = reads.note(offset, PIECE);
      if (ahead != null) {
        aheads.add(ahead);
      }
    }
    for (int i = 1; i < aheads.size(); i++) {
      assertThat(aheads.get(i).from()).isEqualTo(aheads.get(i - 1).to());
    }
    assertThat(aheads.getFirst().from()).isLessThanOrEqualTo(2 << 20);
    assertThat(aheads.getLast().to()).isBetween(38L << 20, 40L << 20);
  }

  @Test
  void readsLongRunsInLongPieces() {
    SequentialReads far = new SequentialReads(SIZE, 16 << 20);
    List<Long> pieces = new ArrayList<>();
    for (long offset = 0; offset < 64 << 20; offset += PIECE) {
      Ahead ahead = far.note(offset, PIECE);
      if (ahead != null) {
        pieces.add(ahead.to() - ahead.from());
      }
    }
    assertThat(pieces.getFirst()).isLessThanOrEqualTo(SequentialReads.LEAST_BYTES);
    assertThat(pieces.getLast()).isEqualTo(SequentialReads.PIECE_BYTES);
  }

  @Test
  void takesPiecesInAnyOrderThatLieCloseTogether() {
    boolean ahead = false;
    for (long base = 0; base < 4 << 20; base += 4 * PIECE) {
      for (int piece : new int[] {3, 0, 2, 1}) {
        ahead |= reads.note(base + (long) piece * PIECE, PIECE) != null;
      }
    }
    assertThat(ahead).isTrue();
  }

  @Test
  void tellsInterleavedStreamsApart() {
    int[] aheads = new int[4];
    for (int step = 0; step < 64; step++) {
      for (int stream = 0; stream < 4; stream++) {
        long offset = ((long) stream << 30) + (long) step * PIECE;
        aheads[stream] += reads.note(offset, PIECE) == null ? 0 : 1;
      }
    }
    assertThat(aheads).doesNotContain(0);
  }

  @Test
  void leavesRandomReadsAlone() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 100_000; i++) {
      assertThat(reads.note(random.nextLong(SIZE - 4096), 4096)).as("seed=" + seed).isNull();
    }
  }

  @Test
  void leavesRandomReadsOfASmallRegionAlone() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      assertThat(reads.note((1L << 30) + random.nextInt(100) * 4096L, 4096)).isNull();
    }
  }

  @Test
  void stopsAtTheEndOfTheDisk() {
    SequentialReads small = new SequentialReads(3 << 20, 8 << 20);
    long end = 0;
    for (long offset = 0; offset < 3 << 20; offset += PIECE) {
      Ahead ahead = small.note(offset, PIECE);
      if (ahead != null) {
        end = ahead.to();
      }
    }
    assertThat(end).isEqualTo(3 << 20);
  }

  @Test
  void doesNothingWhenReadAheadIsOff() {
    SequentialReads off = new SequentialReads(SIZE, 0);
    for (long offset = 0; offset < 8 << 20; offset += PIECE) {
      assertThat(off.note(offset, PIECE)).isNull();
    }
  }
}
