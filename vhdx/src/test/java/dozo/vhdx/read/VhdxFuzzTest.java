package dozo.vhdx.read;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;

/**
 * What {@link MutationTest} does by chance, a fuzzer does by looking for code that has not run yet.
 * A build only repeats the inputs beside this test; the fuzzer itself runs by
 *
 * <pre>
 * JAZZER_FUZZ=1 mvn -pl vhdx -am test -Dtest=VhdxFuzzTest -Dsurefire.failIfNoSpecifiedTests=false
 *     -Djazzer.hooks=true
 * </pre>
 *
 * It ends after a million files, or at the first that is neither read nor refused, and keeps what
 * it found in {@code .cifuzz-corpus} and beside this test's other inputs.
 */
final class VhdxFuzzTest {

  @FuzzTest(maxDuration = "2h", maxExecutions = 1_000_000)
  void damagedFilesAreReadOrRefused(FuzzedDataProvider data) throws IOException {
    new MutatedChain(
            new MutatedChain.Choices() {
              @Override
              public int below(int bound) {
                return data.consumeInt(0, bound - 1);
              }

              @Override
              public long any() {
                return data.consumeLong();
              }
            })
        .isReadOrRefused();
  }
}
