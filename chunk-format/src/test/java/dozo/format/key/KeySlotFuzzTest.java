package dozo.format.key;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dozo.format.DozoException;
import dozo.format.Mutations;
import dozo.format.SeededRandom;
import dozo.format.golden.Golden;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Slot files from anywhere, and key rings as someone with the master key could have sealed them.
 */
class KeySlotFuzzTest {

  @FuzzTest
  void rejectsOrWritesTheSameSlot(byte[] file) {
    checkSlot(file);
  }

  @FuzzTest
  void rejectsOrWritesTheSameRing(byte[] plain) {
    checkRing(plain);
  }

  @Test
  void holdsForMutatedSlots() {
    Mutations mutations = new Mutations(5);
    byte[] sound = Golden.read("slot-passphrase");
    assertThat(checkSlot(sound)).isTrue();
    for (int i = 0; i < 20_000; i++) {
      byte[] mutated = mutations.of(sound);
      checkSlot(mutated.length < 64 ? mutated : Golden.repaired(mutated, 17, mutated[17]));
    }
  }

  @Test
  void holdsForMutatedRings() {
    Mutations mutations = new Mutations(6);
    SeededRandom random = new SeededRandom(6);
    byte[] sound =
        KeyRingCodec.encode(
            KeyRing.create(Golden.REPOSITORY, Instant.EPOCH, random)
                .withNewEpoch(Instant.EPOCH, random));
    assertThat(checkRing(sound)).isTrue();
    for (int i = 0; i < 20_000; i++) {
      checkRing(mutations.of(sound));
    }
  }

  private static boolean checkSlot(byte[] file) {
    UUID id =
        file.length < 32
            ? new UUID(0, 0)
            : new UUID(ByteBuffer.wrap(file).getLong(16), ByteBuffer.wrap(file).getLong(24));
    try {
      assertThat(KeySlot.decode(file, id, Golden.REPOSITORY).encode()).isEqualTo(file);
      return true;
    } catch (DozoException e) {
      assertThat(e.getMessage()).contains(id.toString());
      return false;
    }
  }

  private static boolean checkRing(byte[] plain) {
    try {
      KeyRing ring = KeyRingCodec.decode(plain, Golden.REPOSITORY, 1, "key slot");
      assertThat(KeyRingCodec.encode(ring)).isEqualTo(plain);
      assertThat(ring.epochs()).isNotEmpty();
      assertThat(ring.currentEpoch()).isPositive();
      return true;
    } catch (DozoException e) {
      assertThat(e.getMessage()).contains("key slot");
      return false;
    }
  }
}
