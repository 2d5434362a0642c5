package dozo.format.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dozo.format.CorruptDataException;
import dozo.format.Limits;
import dozo.format.Mutations;
import org.junit.jupiter.api.Test;

/** The JSON of a manifest, as someone with the key could have written it. */
class ManifestFuzzTest {

  @FuzzTest
  void rejectsOrReadsTheSameAgain(byte[] json) {
    check(json);
  }

  @Test
  void holdsForMutatedManifests() {
    Mutations mutations = new Mutations(8);
    for (RestorePoint point : new RestorePoint[] {RestorePoints.full(), RestorePoints.small()}) {
      byte[] sound = JsonText.write(RestorePointJson.toTree(point), Limits.MANIFEST_BYTES);
      assertThat(check(sound)).isTrue();
      int accepted = 0;
      for (int i = 0; i < 10_000; i++) {
        accepted += check(mutations.of(sound)) ? 1 : 0;
      }
      assertThat(accepted).isBetween(50, 9_000);
    }
  }

  private static boolean check(byte[] json) {
    RestorePoint point;
    try {
      point = RestorePointJson.fromTree(JsonText.parse(json, "manifest", 1 << 20), "manifest");
    } catch (CorruptDataException e) {
      assertThat(e.getMessage()).contains("manifest");
      return false;
    }
    try {
      byte[] again = JsonText.write(RestorePointJson.toTree(point), Limits.MANIFEST_BYTES);
      assertThat(RestorePointJson.fromTree(JsonText.parse(again, "manifest", 1 << 20), "manifest"))
          .isEqualTo(point);
    } catch (CorruptDataException e) {
      throw new AssertionError("What was read cannot be read again", e);
    }
    return true;
  }
}
