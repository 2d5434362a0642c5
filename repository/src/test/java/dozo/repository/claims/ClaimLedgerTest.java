package dozo.repository.claims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class ClaimLedgerTest {

  private final ClaimLedger ledger = new ClaimLedger();

  @Test
  void condemnsWhatNobodyClaims() {
    SessionClaims session = ledger.open();
    assertThat(session.claim(2)).isTrue();

    try (var sweep = ledger.beginSweep(() -> 3)) {
      assertThat(sweep.snapshot()).isEqualTo(3);
      assertThat(sweep.condemn(List.of(1, 2, 3), Integer::intValue)).containsExactly(1, 3);
    }
  }

  @Test
  void refusesToClaimWhatIsCondemnedAlsoAfterTheSweep() {
    SessionClaims session = ledger.open();
    try (var sweep = ledger.beginSweep(() -> 1)) {
      sweep.condemn(List.of(1), Integer::intValue);
      assertThat(session.claim(1)).isFalse();
    }
    assertThat(session.claim(1)).isFalse();
    assertThat(ledger.open().claim(1)).isFalse();
    assertThat(session.claim(2)).isTrue();
  }

  @Test
  void handsClaimsOfSessionsThatEndToTheRunningSweep() {
    SessionClaims before = ledger.open();
    before.claim(1);
    before.end();
    SessionClaims open = ledger.open();
    open.claim(2);
    try (var sweep = ledger.beginSweep(() -> 4)) {
      open.end();
      SessionClaims brief = ledger.open();
      brief.claim(3);
      brief.end();

      assertThat(sweep.condemn(List.of(1, 2, 3, 4), Integer::intValue)).containsExactly(1, 4);
    }
  }

  @Test
  void forgetsClaimsOfEndedSessionsWithTheSweep() {
    SessionClaims session = ledger.open();
    session.claim(1);
    ledger.beginSweep(() -> 1).close();
    session.end();
    session.end();

    try (var sweep = ledger.beginSweep(() -> 1)) {
      assertThat(sweep.condemn(List.of(1), Integer::intValue)).containsExactly(1);
    }
  }

  @Test
  void letsOneSweepRunAtATime() {
    try (var sweep = ledger.beginSweep(() -> 1)) {
      assertThat(sweep.snapshot()).isEqualTo(1);
      assertThatThrownBy(() -> ledger.beginSweep(() -> 2))
          .isInstanceOf(IllegalStateException.class);
    }
    ledger.beginSweep(() -> 3).close();
  }

  @Test
  void condemnsNothingBetweenAPublicationAndItsClaim() throws Exception {
    SessionClaims session = ledger.open();
    CountDownLatch published = new CountDownLatch(1);
    CountDownLatch sweeping = new CountDownLatch(1);
    AtomicBoolean claimedFirst = new AtomicBoolean();
    Thread writer =
        Thread.ofPlatform()
            .start(() ->
                ledger.shielded(() -> {
                  published.countDown();
                  await(sweeping);
                  session.claimNew(1);
                  claimedFirst.set(true);
                  return 1;
                }));
    await(published);
    Thread sweeper =
        Thread.ofPlatform()
            .start(() -> {
              sweeping.countDown();
              try (var sweep = ledger.beginSweep(claimedFirst::get)) {
                assertThat(sweep.snapshot()).isTrue();
                claimedFirst.set(
                    sweep.condemn(List.of(1), Integer::intValue).isEmpty() && sweep.snapshot());
              }
            });
    writer.join();
    sweeper.join();
    assertThat(claimedFirst).isTrue();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
