package dozo.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ChunkHasherTest {

  /**
   * RFC 4231, test case 1, whose key of 20 bytes 0x0b equals the same key with zeros up to 32,
   * since HMAC fills a short key up with zeros to the block of 64 bytes.
   */
  @Test
  void agreesWithTheHmacOfRfc4231() {
    byte[] key = new byte[32];
    Arrays.fill(key, 0, 20, (byte) 0x0b);
    byte[] data = "..Hi There...".getBytes(StandardCharsets.US_ASCII);
    ChunkHasher hasher = new ChunkHasher(key);
    for (int i = 0; i < 3; i++) {
      assertThat(hasher.id(data, 2, 8))
          .hasToString("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    }
  }

  @Test
  void keepsItsKeyWhenTheCallerWipesIts() {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) 3);
    ChunkHasher hasher = new ChunkHasher(key);
    ChunkId before = hasher.id(new byte[10]);
    Arrays.fill(key, (byte) 0);
    assertThat(hasher.id(new byte[10])).isEqualTo(before);
    assertThat(new ChunkHasher(key).id(new byte[10])).isNotEqualTo(before);
  }

  @Test
  void rejectsKeysOfAnotherLengthAndRangesOutsideTheArray() {
    assertThatThrownBy(() -> new ChunkHasher(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("31");
    ChunkHasher hasher = new ChunkHasher(new byte[32]);
    assertThatThrownBy(() -> hasher.id(new byte[8], 4, 5))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(hasher.id(new byte[8])).isEqualTo(new ChunkHasher(new byte[32]).id(new byte[8]));
  }
}
