package dozo.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dozo.protocol.Protocol;
import dozo.repository.RepositoryOptions;
import dozo.repository.ingest.BaseRef;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a stream does while the engine has no thread for it. */
class ReceivingStreamTest {

  private static final long DISK_BYTES = 64 << 20;

  /** More than a window has credit for. */
  private static final int RANGES = 10_000;

  private final CountDownLatch engineGoesOn = new CountDownLatch(1);
  private SessionsFixture sessions;
  private ReceivingStream stream;
  private long window;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    sessions = SessionsFixture.start(directory);
    BaseRef base = new BaseRef(sessions.server().push(DISK_BYTES), "disk0");
    stallTheEngine();
    stream = begin(new SessionsFixture.Owner(), Optional.of(base));
    assertThat(stream.noBase()).isEmpty();
    window = stream.grantCredit();
    assertThat(window).isLessThan((long) RANGES * Protocol.MINIMUM_COST_BYTES);
  }

  @AfterEach
  void stop() throws Exception {
    engineGoesOn.countDown();
    sessions.close();
  }

  /** Keeps the thread of the engine that tells it of credit. */
  private final class Stalling extends SessionsFixture.Owner {
    private final CountDownLatch stalled = new CountDownLatch(1);

    @Override
    public void creditReturned(ReceivingStream stream) {
      stalled.countDown();
      try {
        engineGoesOn.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private ReceivingStream begin(SessionOwner owner, Optional<BaseRef> base) throws Exception {
    return sessions.begin(owner, DISK_BYTES, base).streams().getFirst();
  }

  private void stallTheEngine() throws Exception {
    List<Stalling> owners = new ArrayList<>();
    for (int i = 0; i < RepositoryOptions.standard().threads(); i++) {
      Stalling owner = new Stalling();
      ReceivingStream other = begin(owner, Optional.empty());
      other.data(
          0,
          512,
          Protocol.MINIMUM_COST_BYTES,
          (target, offset, length) -> Arrays.fill(target, offset, offset + length, (byte) 1));
      other.flushIfIdle();
      owners.add(owner);
    }
    for (Stalling owner : owners) {
      owner.stalled.await();
    }
  }

  /** Sends ranges that do not go together until there is no credit; returns how many it took. */
  private int exhaust() {
    int[] taken = {0};
    assertThatThrownBy(
            () -> {
              for (long at = 0; at < DISK_BYTES; at++) {
                if (at % 2 == 0) {
                  stream.keep(at, 1);
                } else {
                  stream.zeros(at, 1);
                }
                taken[0]++;
              }
            })
        .isInstanceOf(StreamViolationException.class)
        .hasMessageContaining("credit");
    return taken[0];
  }

  @Test
  void holdsTheCreditOfRangesUntilTheEngineHasTakenThem() {
    assertThat(exhaust()).isEqualTo((int) (window / Protocol.MINIMUM_COST_BYTES));
    assertThat(stream.grantCredit()).isNegative();
    engineGoesOn.countDown();
    // All comes back but for the last range, which is still gathered, and the one not paid for.
    await().until(() -> stream.grantCredit() == window - 2L * Protocol.MINIMUM_COST_BYTES);
  }

  @Test
  void holdsTheCreditOfOneForRangesThatGoTogether() throws Exception {
    long least = window - Protocol.MINIMUM_COST_BYTES;
    for (long at = 0; at < RANGES; at++) {
      stream.keep(at, 1);
      assertThat(stream.grantCredit()).isEqualTo(least);
    }
    for (long at = RANGES; at < 2 * RANGES; at++) {
      stream.zeros(at, 1);
      assertThat(stream.grantCredit()).isEqualTo(least - Protocol.MINIMUM_COST_BYTES);
    }
  }
}
