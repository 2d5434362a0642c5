package dozo.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Cuts the power at every change of seeded workloads, several times in a row, and holds what is
 * left against the promise: each entry that was said to be written is there, and the log is sound.
 */
class AuditCrashTest {

  private static final int SEEDS = 40;
  private static final long FIRST_SEED = Long.getLong("dozo.crash.seed", 1);
  private static final int LIVES = 4;
  private static final int APPENDS = 8;

  /** So short that files follow one another. */
  private static final int FILE_BYTES = 1_500;

  private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

  @Test
  void keepsWhatWasWrittenThroughAPowerCutAtEveryChange() throws Exception {
    int cuts = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      boolean isCut = true;
      for (int cut = 1; isCut; cut++) {
        try {
          isCut = live(seed, cut);
        } catch (IOException | RuntimeException | AssertionError e) {
          throw new AssertionError(
              "power cut at change %d; rerun with -Ddozo.crash.seed=%d".formatted(cut, seed), e);
        }
        cuts++;
      }
    }
    assertThat(cuts).isGreaterThan(SEEDS * APPENDS);
  }

  /** Returns whether the first life was cut. */
  private static boolean live(long seed, int cut) throws IOException {
    Random luck = new Random(seed * 1_000_003 + cut);
    SimulatedAuditStorage storage = new SimulatedAuditStorage(luck);
    List<AuditHead> promised = new ArrayList<>();
    boolean isFirstCut = false;
    for (int life = 0; life < LIVES; life++) {
      storage.cutAfter(life == 0 ? cut : 1 + luck.nextInt(6));
      try {
        work(storage, new Random(seed), promised);
      } catch (SimulatedAuditStorage.PowerCut e) {
        isFirstCut |= life == 0;
      }
      storage = storage.afterPowerCut();
      check(storage, promised);
    }
    return isFirstCut;
  }

  private static void work(SimulatedAuditStorage storage, Random random, List<AuditHead> promised)
      throws IOException {
    AuditLog log = new AuditLog(storage, CLOCK, FILE_BYTES);
    for (int i = 0; i < APPENDS; i++) {
      List<AuditEvent> batch = new ArrayList<>();
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        batch.add(
            AuditEvent.of(CLOCK.instant(), Actor.SERVER, "commit", Outcome.DONE)
                .with("text", "x".repeat(random.nextInt(300))));
      }
      promised.add(log.append(batch));
    }
  }

  private static void check(SimulatedAuditStorage storage, List<AuditHead> promised)
      throws IOException {
    AuditReader reader = new AuditReader(storage);
    assertThat(reader.verify(Optional.empty()).findings()).isEmpty();
    for (AuditHead head : promised) {
      assertThat(reader.verify(Optional.of(head)).findings()).isEmpty();
    }
  }
}
