package dozo.repository.claims;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.manifest.RestorePointId;
import org.junit.jupiter.api.Test;

final class ReaderLeasesTest {

  private static final RestorePointId POINT =
      RestorePointId.parse("019a0000-0000-7000-8000-000000000001");

  private final ReaderLeases leases = new ReaderLeases();

  @Test
  void keepsWhatIsReadFromBeingForgotten() {
    assertThat(leases.acquire(POINT)).isTrue();
    assertThat(leases.acquire(POINT)).isTrue();
    assertThat(leases.count()).isEqualTo(2);

    leases.release(POINT);
    assertThat(leases.isLeased(POINT)).isTrue();
    assertThat(leases.beginForgetting(POINT)).isFalse();

    leases.release(POINT);
    assertThat(leases.isLeased(POINT)).isFalse();
    assertThat(leases.beginForgetting(POINT)).isTrue();
  }

  @Test
  void givesNoLeaseOfWhatIsBeingForgotten() {
    assertThat(leases.beginForgetting(POINT)).isTrue();
    assertThat(leases.acquire(POINT)).isFalse();
    assertThat(leases.beginForgetting(POINT)).isFalse();

    leases.forgotten(POINT);
    assertThat(leases.acquire(POINT)).isTrue();
  }
}
