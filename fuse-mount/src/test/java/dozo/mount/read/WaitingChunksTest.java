package dozo.mount.read;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.ChunkId;
import java.util.Objects;
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
    assertThat(waiting.use(id(1))).isNull();
  }

  private boolean leaves(int number) {
    return Objects.requireNonNull(waiting.use(id(number))).leaves();
  }

  @Test
  void givesAChunkAwayOnceItIsAskedForMoreOftenThanInOrder() {
    waiting.add(id(1), new byte[60]);
    assertThat(leaves(1)).isFalse();
    assertThat(leaves(1)).isFalse();
    assertThat(waiting.bytes()).isEqualTo(60);
    assertThat(leaves(1)).isTrue();
    assertThat(waiting.use(id(1))).isNull();
    assertThat(waiting.bytes()).isZero();
  }

  @Test
  void dropsWhatWasAskedForBeforeWhatWasNot() {
    waiting.add(id(1), new byte[40]);
    waiting.add(id(2), new byte[40]);
    assertThat(leaves(2)).isFalse();
    waiting.add(id(3), new byte[40]);
    assertThat(waiting.contains(id(1))).isTrue();
    assertThat(waiting.contains(id(2))).isFalse();
    assertThat(waiting.contains(id(3))).isTrue();
    assertThat(waiting.bytes()).isEqualTo(80);
  }

  @Test
  void keepsAFewThatTheNextRequestMayNeedHoweverMuchWaits() {
    waiting.add(id(1), new byte[12]);
    assertThat(leaves(1)).isFalse();
    waiting.add(id(2), new byte[60]);
    waiting.add(id(3), new byte[60]);
    assertThat(waiting.contains(id(1))).isTrue();
    assertThat(waiting.contains(id(2))).isFalse();
    assertThat(waiting.bytes()).isEqualTo(72);
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
