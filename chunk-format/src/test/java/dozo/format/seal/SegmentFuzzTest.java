package dozo.format.seal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dozo.format.ChunkId;
import dozo.format.CorruptDataException;
import dozo.format.Mutations;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The plain bytes of a segment, as someone with the key could have written them. */
class SegmentFuzzTest {

  @FuzzTest
  void rejectsOrIsConsistent(byte[] plain) {
    check(plain);
  }

  @Test
  void holdsForMutatedSegments() {
    SegmentBuffer segment = new SegmentBuffer(1 << 20);
    for (int i = 1; i < 20; i++) {
      segment.add(new ChunkId(i, i, i, i), new byte[100], 0, 5 * i);
    }
    byte[] sound =
        Arrays.copyOfRange(
            segment.plain(), segment.plainStart(), segment.plainStart() + segment.plainLength());
    assertThat(check(sound)).isTrue();
    Mutations mutations = new Mutations(1);
    int rejected = 0;
    for (int i = 0; i < 50_000; i++) {
      rejected += check(mutations.of(sound)) ? 0 : 1;
    }
    assertThat(rejected).isBetween(10_000, 49_000);
  }

  private static boolean check(byte[] plain) {
    SegmentView view = new SegmentView();
    try {
      ChunkOpener.list(plain, plain.length, "pack", 64, view);
    } catch (CorruptDataException e) {
      assertThat(view.chunkCount()).isZero();
      return false;
    }
    int at = 4 + 36 * view.chunkCount();
    for (int i = 0; i < view.chunkCount(); i++) {
      assertThat(view.offset(i)).isEqualTo(at);
      assertThat(view.length(i)).isPositive();
      assertThat(view.find(view.id(i))).isBetween(0, i);
      at += view.length(i);
    }
    assertThat(at).isEqualTo(plain.length).isEqualTo(view.plainLength());
    return true;
  }
}
