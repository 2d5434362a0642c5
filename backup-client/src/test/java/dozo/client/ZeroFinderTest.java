package dozo.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class ZeroFinderTest {

  private static final int KIB = 1 << 10;

  @Test
  void tellsLongRunsAndSendsShortOnes() {
    ByteBuffer block = ByteBuffer.allocateDirect(1 << 20);
    fill(block, 0, 100 * KIB);
    fill(block, 150 * KIB, 200 * KIB);
    fill(block, 300 * KIB, 301 * KIB);

    List<Piece> pieces = ZeroFinder.split(7 << 20, block);

    assertThat(pieces.stream().map(piece -> piece.getClass().getSimpleName()))
        .containsExactly("Data", "Zeros", "Data", "Zeros");
    assertThat(pieces.stream().map(piece -> piece.offset() - (7 << 20)))
        .containsExactly(0L, 200L * KIB, 300L * KIB, 304L * KIB);
    assertThat(pieces.stream().mapToLong(Piece::lengthBytes).sum()).isEqualTo(1 << 20);
  }

  @Test
  void tellsABlockOfZerosHoweverShortItIs() {
    assertThat(ZeroFinder.split(512, ByteBuffer.allocate(512)))
        .containsExactly(new Piece.Zeros(512, 512));
  }

  @Test
  void seesDataWhereverItBegins() {
    for (int length : new int[] {3, 8, 4 * KIB, 4 * KIB + 3, 60 * KIB}) {
      for (int at : new int[] {0, 7, 8, length - 1}) {
        ByteBuffer block = ByteBuffer.allocateDirect(length);
        if (at < length) {
          block.put(at, (byte) 1);
          assertThat(ZeroFinder.split(0, block).getFirst())
              .isInstanceOf(Piece.Data.class)
              .extracting(Piece::offset)
              .isEqualTo(0L);
        }
      }
    }
  }

  @Test
  void sendsABlockWithoutLongRunsWhole() {
    ByteBuffer block = ByteBuffer.allocate(64 * KIB);
    block.put(64 * KIB - 1, (byte) 1);
    List<Piece> pieces = ZeroFinder.split(0, block);
    assertThat(pieces).hasSize(1);
    assertThat(pieces.getFirst().lengthBytes()).isEqualTo(64 * KIB);
    assertThat(block.position()).isZero();
  }

  private static void fill(ByteBuffer block, int from, int to) {
    for (int i = from; i < to; i++) {
      block.put(i, (byte) 0x5a);
    }
  }
}
