package dozo.client.source;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.manifest.Consistency;
import dozo.format.manifest.ConsistencyLevel;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FreezeOutcomeTest {

  private static Consistency evidence(FreezeOutcome outcome, ConsistencyLevel asked) {
    return outcome.evidence(asked, "stop", Optional.empty(), Optional.empty());
  }

  @Test
  void frozenFileSystemsAreTheirConsistency() {
    Consistency told = evidence(new FreezeOutcome(false, 2, 2, ""), ConsistencyLevel.FILESYSTEM);
    assertThat(told.achieved()).isEqualTo(ConsistencyLevel.FILESYSTEM);
    assertThat(told.mechanism()).isEqualTo("qemu-guest-agent");
    assertThat(told.reason()).isEmpty();
  }

  @Test
  void onlyWindowsAsksItsApplications() {
    assertThat(evidence(new FreezeOutcome(true, 1, 0, ""), ConsistencyLevel.APPLICATION).achieved())
        .isEqualTo(ConsistencyLevel.APPLICATION);
    assertThat(evidence(new FreezeOutcome(false, 1, 1, ""), ConsistencyLevel.APPLICATION).reason())
        .contains("not Windows");
  }

  @Test
  void whatWasThawedBeforeCountsForNothing() {
    Consistency told = evidence(new FreezeOutcome(false, 3, 2, ""), ConsistencyLevel.FILESYSTEM);
    assertThat(told.achieved()).isEqualTo(ConsistencyLevel.CRASH);
    assertThat(told.mechanism()).isEqualTo("stop");
    assertThat(told.reason()).contains("1 of 3");
  }

  @Test
  void aReasonIsToldWhereLessWasHadThanAskedAndIsNeverTooLong() {
    FreezeOutcome none = new FreezeOutcome(false, 0, 0, "x".repeat(10_000));
    assertThat(evidence(none, ConsistencyLevel.CRASH).reason()).isEmpty();
    assertThat(evidence(none, ConsistencyLevel.FILESYSTEM).reason()).hasSize(4_000);
  }
}
