package dozo.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dozo.format.manifest.Consistency;
import dozo.format.manifest.DiskGeometry;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.VmRef;
import dozo.protocol.Protocol;
import dozo.protocol.Role;
import dozo.repository.RepositoryOptions;
import dozo.repository.ingest.BaseRef;
import dozo.repository.ingest.CommitReceipt;
import dozo.repository.ingest.DiskSpec;
import dozo.repository.ingest.SessionRequest;
import dozo.repository.ingest.Verdict;
import dozo.server.ServerFixture;
import dozo.server.auth.Principal;
import dozo.server.auth.Scope;
import dozo.server.metrics.ServerMetrics;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReceivingStreamTest {

  private static final long DISK_BYTES = 64 << 20;

  /** More than a window has credit for. */
  private static final int RANGES = 10_000;

  private static final Principal PRINCIPAL =
      new Principal(new UUID(1, 2), "test", Role.BACKUP, Scope.EVERYTHING);

  @TempDir Path directory;
  private ServerFixture fixture;
  private ServerMetrics metrics;
  private SessionRegistry sessions;
  private final CountDownLatch engineGoesOn = new CountDownLatch(1);

  @BeforeEach
  void start() throws Exception {
    fixture = ServerFixture.start(directory);
    metrics = new ServerMetrics();
    sessions =
        new SessionRegistry(
            fixture.repository(),
            SessionLimits.STANDARD,
            metrics,
            Clock.systemUTC(),
            new SecureRandom());
  }

  @AfterEach
  void stop() throws Exception {
    engineGoesOn.countDown();
    sessions.close();
    metrics.close();
    fixture.close();
  }

  /** A connection that hands on what was gathered, as that of a client does. */
  private static class Owner implements SessionOwner {

    @Override
    public void creditReturned(ReceivingStream stream) {}

    @Override
    public void judged(ReceivingStream stream, long offset, List<Verdict> verdicts) {}

    @Override
    public void committed(ReceivingSession session, CommitReceipt made) {}

    @Override
    public void failed(ReceivingSession session, Throwable cause) {}

    @Override
    public void release(ReceivingSession session, Runnable released) {
      released.run();
    }
  }

  /** Keeps the thread of the engine that tells it of credit. */
  private final class Stalling extends Owner {
    private final CountDownLatch stalled = new CountDownLatch(1);

    @Override
    public void creditReturned(ReceivingStream stream) {
      stalled.countDown();
      boolean interrupted = false;
      while (true) {
        try {
          engineGoesOn.await();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private ReceivingStream begin(SessionOwner owner, Optional<RestorePointId> base)
      throws Exception {
    DiskSpec disk =
        new DiskSpec(
            "disk0",
            new DiskGeometry(DISK_BYTES, 512, 4096),
            new UUID(5, 6),
            base.map(point -> new BaseRef(point, "disk0")));
    SessionRequest request =
        new SessionRequest(
            new VmRef("default", ServerFixture.VM_ID, "web", "hv1"),
            "default",
            List.of(disk),
            List.of(),
            Consistency.NONE,
            new TreeMap<>());
    ReceivingStream stream = sessions.begin(PRINCIPAL, request, null, owner).streams().getFirst();
    assertThat(stream.noBase()).isEmpty();
    return stream;
  }

  private void stallTheEngine() throws Exception {
    List<Stalling> owners = new ArrayList<>();
    for (int i = 0; i < RepositoryOptions.standard().threads(); i++) {
      Stalling owner = new Stalling();
      ReceivingStream stream = begin(owner, Optional.empty());
      stream.data(
          0,
          512,
          Protocol.MINIMUM_COST_BYTES,
          (target, offset, length) -> Arrays.fill(target, offset, offset + length, (byte) 1));
      stream.flushIfIdle();
      owners.add(owner);
    }
    for (Stalling owner : owners) {
      owner.stalled.await();
    }
  }

  /** Sends ranges that do not go together until there is no credit; returns how many it took. */
  private static int exhaust(ReceivingStream stream) {
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
  void holdsTheCreditOfRangesUntilTheEngineHasTakenThem() throws Exception {
    RestorePointId base = fixture.push(DISK_BYTES);
    stallTheEngine();
    ReceivingStream stream = begin(new Owner(), Optional.of(base));
    long window = stream.grantCredit();
    assertThat(exhaust(stream)).isEqualTo((int) (window / Protocol.MINIMUM_COST_BYTES));
    long exhausted = stream.grantCredit();
    assertThat(exhausted).isNegative();
    engineGoesOn.countDown();
    // All comes back but for the last range, which is still gathered, and the one not paid for.
    await().until(() -> stream.grantCredit() == window - 2L * Protocol.MINIMUM_COST_BYTES);
  }

  @Test
  void holdsTheCreditOfOneForRangesThatGoTogether() throws Exception {
    RestorePointId base = fixture.push(DISK_BYTES);
    stallTheEngine();
    ReceivingStream stream = begin(new Owner(), Optional.of(base));
    long window = stream.grantCredit();
    assertThat(window).isLessThan((long) RANGES * Protocol.MINIMUM_COST_BYTES);
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
