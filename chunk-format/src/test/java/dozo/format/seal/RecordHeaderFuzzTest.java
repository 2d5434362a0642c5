package dozo.format.seal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dozo.format.CorruptDataException;
import dozo.format.Crc32c;
import dozo.format.Mutations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RecordHeaderFuzzTest {

  @FuzzTest
  void rejectsOrWritesTheSame(byte[] bytes) {
    check(Arrays.copyOf(bytes, RecordHeader.BYTES));
  }

  @Test
  void holdsForMutatedHeaders() {
    byte[] sound = new byte[RecordHeader.BYTES];
    new RecordHeader(3, RecordType.SEGMENT, Encoding.ZSTD, 70_000, 40_000, 5).write(sound, 0);
    assertThat(check(sound)).isTrue();
    Mutations mutations = new Mutations(2);
    int accepted = 0;
    for (int i = 0; i < 50_000; i++) {
      byte[] mutated = Arrays.copyOf(mutations.of(sound), RecordHeader.BYTES);
      ByteBuffer.wrap(mutated).order(ByteOrder.LITTLE_ENDIAN).putInt(28, Crc32c.of(mutated, 0, 28));
      accepted += check(mutated) ? 1 : 0;
    }
    assertThat(accepted).isBetween(1_000, 40_000);
  }

  private static boolean check(byte[] bytes) {
    try {
      RecordHeader header = RecordHeader.read(bytes, 0, "pack", 64);
      byte[] written = new byte[RecordHeader.BYTES];
      header.write(written, 0);
      assertThat(written).isEqualTo(bytes);
      assertThat(RecordHeader.isAt(bytes, 0)).isTrue();
      return true;
    } catch (CorruptDataException e) {
      assertThat(RecordHeader.isAt(bytes, 0)).isFalse();
      return false;
    }
  }
}
