package dozo.vhdx.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Damaged files are read or refused, and never crash, hang or exhaust a reader. A few thousand are
 * made in every build; a million by {@code ./dozo test --long fuzz}, and the ones of one seed,
 * which a failure names, by
 *
 * <pre>
 * mvn -pl vhdx -am test -Dtest=MutationTest -Dsurefire.failIfNoSpecifiedTests=false
 *     -Ddozo.vhdx.mutations=1000 -Ddozo.vhdx.seed=…
 * </pre>
 *
 * No file may take 5 s of CPU, and the heap of this module's tests is 256 MiB.
 */
final class MutationTest {

  private static final int PER_SEED = 1000;

  @Test
  void damagedFilesAreReadOrRefused() {
    long first = Long.getLong("dozo.vhdx.seed", 1);
    int mutations = Integer.getInteger("dozo.vhdx.mutations", 4 * PER_SEED);
    int opened = 0;
    for (long seed = first; seed < first + Math.ceilDiv(mutations, PER_SEED); seed++) {
      opened += runSeed(seed);
    }
    // Were all refused, what comes after opening would not have been tested.
    assertThat(opened).isBetween(mutations / 20, mutations * 19 / 20);
  }

  private static int runSeed(long seed) {
    Random random = new Random(seed);
    MutatedChain.Choices choices =
        new MutatedChain.Choices() {
          @Override
          public int below(int bound) {
            return random.nextInt(bound);
          }

          @Override
          public long any() {
            return random.nextLong();
          }
        };
    int opened = 0;
    for (int i = 0; i < PER_SEED; i++) {
      try {
        opened += new MutatedChain(choices).isReadOrRefused() ? 1 : 0;
      } catch (Exception | Error e) {
        throw new AssertionError(
            "mutation %d of -Ddozo.vhdx.seed=%d -Ddozo.vhdx.mutations=%d"
                .formatted(i, seed, PER_SEED),
            e);
      }
    }
    return opened;
  }
}
