package dozo.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkIdTest {

  private static final String HEX =
      "000102030405060708090a0b0c0d0e0f808182838485868788898a8b8c8d8eff";

  @Test
  void keepsTheBytesInTheirOrder() {
    ChunkId id = ChunkId.parse(HEX);
    assertThat(id.first()).isEqualTo(0x0001020304050607L);
    assertThat(id.fourth()).isEqualTo(0x88898a8b8c8d8effL);
    assertThat(id).hasToString(HEX);
    assertThat(ChunkId.parse(HEX.toUpperCase(Locale.ROOT))).isEqualTo(id);
  }

  @Test
  void writesTheSameBytesToBuffersOfEitherOrder() {
    ChunkId id = ChunkId.parse(HEX);
    for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
      ByteBuffer buffer = ByteBuffer.allocate(40).order(order).position(3);
      id.write(buffer);
      assertThat(buffer.position()).isEqualTo(3 + ChunkId.BYTES);
      byte[] written = Arrays.copyOfRange(buffer.array(), 3, 35);
      assertThat(HexFormat.of().formatHex(written)).isEqualTo(HEX);
      assertThat(ChunkId.read(buffer.position(3))).isEqualTo(id);
      assertThat(buffer.position()).isEqualTo(35);
      assertThat(ChunkId.of(buffer.array(), 3)).isEqualTo(id);
      byte[] copy = new byte[34];
      id.copyTo(copy, 2);
      assertThat(Arrays.copyOfRange(copy, 2, 34)).isEqualTo(written);
    }
  }

  @Test
  void leavesBuffersThatAreTooShortAsTheyWere() {
    ByteBuffer buffer = ByteBuffer.allocate(31);
    assertThatThrownBy(() -> ChunkId.read(buffer)).isInstanceOf(BufferUnderflowException.class);
    assertThatThrownBy(() -> ChunkId.parse(HEX).write(buffer))
        .isInstanceOf(BufferOverflowException.class);
    assertThat(buffer.position()).isZero();
    assertThatThrownBy(() -> ChunkId.of(new byte[40], 9))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> ChunkId.of(new byte[40], -1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> ChunkId.parse(HEX).copyTo(new byte[40], 9))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "000102030405060708090a0b0c0d0e0f808182838485868788898a8b8c8d8ef",
        "000102030405060708090a0b0c0d0e0f808182838485868788898a8b8c8d8eff0",
        "+00102030405060708090a0b0c0d0e0f808182838485868788898a8b8c8d8eff",
        "000102030405060708090a0b0c0d0e0f808182838485868788898a8b8c8d8efg",
        "00010203040506070809０a0b0c0d0e0f808182838485868788898a8b8c8d8eff"
      })
  void rejectsTextThatIsNoId(String text) {
    assertThatThrownBy(() -> ChunkId.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void ordersAsBytesAndAsText() {
    Random random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      byte[] a = new byte[32];
      random.nextBytes(a);
      byte[] b = a.clone();
      b[random.nextInt(32)] = (byte) random.nextInt();
      ChunkId x = ChunkId.of(a, 0);
      ChunkId y = ChunkId.of(b, 0);
      int expected = Integer.signum(Arrays.compareUnsigned(a, b));
      assertThat(Integer.signum(x.compareTo(y))).isEqualTo(expected);
      assertThat(Integer.signum(x.toString().compareTo(y.toString()))).isEqualTo(expected);
      assertThat(x.equals(y)).isEqualTo(expected == 0);
    }
  }
}
