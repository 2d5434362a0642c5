package dozo.mount.read;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.ChunkId;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WaitingChunksTest {
  private static final int CHUNK_BYTES = 1 << 10;
  private static final int MOST_CHUNKS = 64;

  private final WaitingChunks waiting = new WaitingChunks(MOST_CHUNKS * CHUNK_BYTES);

  @Test
  void keepsWhatNobodyAskedForUpToItsBoundAndDropsTheOldest() {
    IntStream.range(0, MOST_CHUNKS + 3).forEach(this::add);

    assertThat(IntStream.range(0, MOST_CHUNKS + 3).filter(i -> waiting.contains(id(i))))
        .containsExactly(IntStream.range(3, MOST_CHUNKS + 3).boxed().toArray(Integer[]::new));
  }

  @Test
  void keepsOfWhatWasAskedForOnlyTheLatestFewHoweverMuchRoomThereIs() {
    for (int i = 0; i < MOST_CHUNKS / 2; i++) {
      add(i);
      assertThat(waiting.use(id(i))).isNotNull();
    }
    add(MOST_CHUNKS);

    assertThat(IntStream.range(0, MOST_CHUNKS / 2).filter(i -> waiting.contains(id(i))))
        .containsExactly(
            IntStream.range(MOST_CHUNKS / 2 - MOST_CHUNKS / 8, MOST_CHUNKS / 2)
                .boxed()
                .toArray(Integer[]::new));
    assertThat(waiting.contains(id(MOST_CHUNKS))).isTrue();
  }

  private void add(int number) {
    waiting.add(id(number), new byte[CHUNK_BYTES]);
  }

  private static ChunkId id(int number) {
    return new ChunkId(number, 1, 2, 3);
  }
}
