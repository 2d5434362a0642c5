package dozo.mount.read;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.ChunkId;
import org.junit.jupiter.api.Test;

final class WaitingChunksTest {
  private final WaitingChunks waiting = new WaitingChunks(100);

  private static ChunkId id(int number) {
    return new ChunkId(number, 1, 2, 3);
  }

  @Test
  void dropsTheOldestBeyondItsBound() {
    waiting.add(id(1), new byte[60]);
    waiting.add(id(2), new byte[30]);
    waiting.add(id(3), new byte[30]);
    assertThat(waiting.contains(id(1))).isFalse();
    assertThat(waiting.bytes()).isEqualTo(60);
    assertThat(waiting.take(id(2))).hasSize(30);
    assertThat(waiting.take(id(2))).isNull();
    assertThat(waiting.bytes()).isEqualTo(30);
  }

  @Test
  void countsAChunkOnceThatIsAddedTwice() {
    waiting.add(id(1), new byte[60]);
    waiting.add(id(1), new byte[60]);
    assertThat(waiting.bytes()).isEqualTo(60);
    waiting.add(id(2), new byte[200]);
    assertThat(waiting.bytes()).isZero();
  }
}
