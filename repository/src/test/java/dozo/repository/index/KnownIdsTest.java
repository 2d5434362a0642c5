package dozo.repository.index;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.ChunkId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class KnownIdsTest {

  private static ChunkId id(SplittableRandom random) {
    return new ChunkId(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
  }

  @Test
  void neverForgetsAndSeldomTakesAStrangerForAMember() {
    int count = 1 << 20;
    BloomFilter filter = new BloomFilter(count);
    SplittableRandom members = new SplittableRandom(1);
    for (int i = 0; i < count; i++) {
      ChunkId id = id(members);
      filter.add(id.first(), id.second());
    }

    SplittableRandom again = new SplittableRandom(1);
    for (int i = 0; i < count; i++) {
      assertThat(filter.mayContain(id(again))).isTrue();
    }
    SplittableRandom strangers = new SplittableRandom(2);
    int mistaken = 0;
    for (int i = 0; i < count; i++) {
      mistaken += filter.mayContain(id(strangers)) ? 1 : 0;
    }
    assertThat(mistaken).isLessThan(count / 100);
    assertThat(filter.sizeBytes()).isEqualTo(count * 12L / 8);
  }

  @Test
  void growsWithoutForgetting() throws InterruptedException {
    KnownIds known = new KnownIds(0);
    long smallBytes = known.sizeBytes();
    int count = 1 << 20;
    List<Thread> threads = new ArrayList<>();
    for (int seed = 0; seed < 3; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < count; i++) {
                  known.add(id(random));
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(known.sizeBytes()).isGreaterThan(2 * smallBytes);
    for (int seed = 0; seed < 3; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = 0; i < count; i++) {
        assertThat(known.mayContain(id(random))).isTrue();
      }
    }
  }
}
