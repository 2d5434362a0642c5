package dozo.format.tag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class BlockTaggerTest {

  private static final byte[] KEY = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");

  private final BlockTagger tagger = new BlockTagger(KEY);

  private String tag(long number, byte[] block) {
    byte[] tags = new byte[BlockTagger.TAG_BYTES + 3];
    ByteBuffer bytes = ByteBuffer.wrap(block);
    tagger.tag(number, bytes, tags, 3);
    assertThat(bytes.remaining()).isEqualTo(block.length);
    return HexFormat.of().formatHex(tags, 3, tags.length);
  }

  private static byte[] noise(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @Test
  void isTheTagOfGcmUnderTheBlocksNumber() throws Exception {
    byte[] block = noise(65_536, 1);
    byte[] nonce = HexFormat.of().parseHex("070605040302010000000000");
    Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
    gcm.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(KEY, "AES"), new GCMParameterSpec(128, nonce));
    byte[] sealed = gcm.doFinal(block);
    assertThat(tag(0x01020304050607L, block))
        .isEqualTo(HexFormat.of().formatHex(sealed, block.length, sealed.length));
  }

  @Test
  void isTheSameForTheSameOneAfterTheOther() {
    byte[] block = noise(1000, 2);
    String first = tag(5, block);
    assertThat(tag(5, block)).isEqualTo(first);
    assertThat(tag(6, block)).isNotEqualTo(first);
    assertThat(tag(5, block)).isEqualTo(first);
    assertThat(new BlockTagger(KEY))
        .satisfies(other -> {
          byte[] tags = new byte[BlockTagger.TAG_BYTES];
          other.tag(5, ByteBuffer.allocateDirect(1000).put(block).flip(), tags, 0);
          assertThat(HexFormat.of().formatHex(tags)).isEqualTo(first);
        });
  }

  @Test
  void differsWithEachBitAndTheKey() {
    byte[] block = noise(256, 3);
    Set<String> tags = new HashSet<>();
    tags.add(tag(0, block));
    for (int bit = 0; bit < 8 * block.length; bit++) {
      block[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(tags.add(tag(0, block))).as("bit %d", bit).isTrue();
      block[bit / 8] ^= (byte) (1 << bit % 8);
    }
    byte[] other = new byte[BlockTagger.TAG_BYTES];
    new BlockTagger(noise(16, 4)).tag(0, ByteBuffer.wrap(block), other, 0);
    assertThat(tags.add(HexFormat.of().formatHex(other))).isTrue();
  }

  @Test
  void givesAllBlocksOfZerosOneTagThatIsNotZero() {
    byte[] zero = new byte[BlockTagger.TAG_BYTES];
    tagger.zeroTag(zero, 0);
    String expected = HexFormat.of().formatHex(zero);
    assertThat(zero).isNotEqualTo(new byte[BlockTagger.TAG_BYTES]);
    for (int length : new int[] {512, 4096, 5000, 65_536}) {
      assertThat(tag(9, new byte[length])).isEqualTo(expected);
      for (int at : new int[] {0, length / 2, length - 1}) {
        byte[] block = new byte[length];
        block[at] = 1;
        assertThat(tag(9, block)).isNotEqualTo(expected);
      }
    }
  }

  @Test
  void refusesWhatIsNoBlockOrKey() {
    assertThatIllegalArgumentException().isThrownBy(() -> new BlockTagger(new byte[32]));
    assertThatIllegalArgumentException().isThrownBy(() -> tag(-1, new byte[10]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tag(0, new byte[BlockTagger.MAXIMUM_BYTES + 1]));
  }
}
