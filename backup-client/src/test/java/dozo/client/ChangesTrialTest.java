package dozo.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChangesTrialTest {

  private static final int MIB = 1 << 20;

  private static int mibUntilSlow(long bytesASecond) {
    ChangesTrial trial = new ChangesTrial();
    for (int mib = 1; mib <= 1000; mib++) {
      // The network takes the first ones at once.
      boolean free = (long) mib * MIB <= ChangesTrial.FREE_BYTES;
      trial.sent(MIB, free ? 1000 : (long) (MIB * 1e9 / bytesASecond));
      if (trial.isSlow()) {
        return mib;
      }
    }
    return -1;
  }

  @Test
  void tellsASlowLinkOnceTheCreditIsUsed() {
    assertThat(mibUntilSlow(1_000_000)).isEqualTo(48);
    assertThat(mibUntilSlow(ChangesTrial.SLOW_BYTES_A_SECOND - 1_000_000)).isEqualTo(48);
  }

  @Test
  void leavesAFastLinkAlone() {
    assertThat(mibUntilSlow(ChangesTrial.SLOW_BYTES_A_SECOND + 1_000_000)).isEqualTo(-1);
    assertThat(mibUntilSlow(1_000_000_000)).isEqualTo(-1);
  }

  @Test
  void doesNotCountTheTimeBetween() {
    ChangesTrial trial = new ChangesTrial();
    trial.sent(100 * MIB, 10);
    trial.sent(0, 0);
    assertThat(trial.isSlow()).isFalse();
  }
}
