package dozo.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.manifest.Consistency;
import dozo.format.manifest.DiskGeometry;
import dozo.format.manifest.VmRef;
import dozo.protocol.Role;
import dozo.repository.ingest.CommitDetails;
import dozo.repository.ingest.CommitReceipt;
import dozo.repository.ingest.DiskSpec;
import dozo.repository.ingest.SessionRequest;
import dozo.repository.ingest.Verdict;
import dozo.server.ServerFixture;
import dozo.server.auth.Principal;
import dozo.server.auth.Scope;
import dozo.server.metrics.ServerMetrics;
import dozo.server.session.ReceivingSession.State;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionRegistryTest {

  private static final long DISK_BYTES = 1024;
  private static final Principal PRINCIPAL =
      new Principal(new UUID(1, 2), "test", Role.BACKUP, Scope.EVERYTHING);

  @TempDir Path directory;
  private ServerFixture fixture;
  private ServerMetrics metrics;
  private SessionRegistry sessions;

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
    sessions.close();
    metrics.close();
    fixture.close();
  }

  /** A connection that does not get round to sending its client the receipt. */
  private static final class BusyOwner implements SessionOwner {
    final CompletableFuture<CommitReceipt> receipt = new CompletableFuture<>();

    @Override
    public void creditReturned(ReceivingStream stream) {}

    @Override
    public void judged(ReceivingStream stream, long offset, List<Verdict> verdicts) {}

    @Override
    public void committed(ReceivingSession session, CommitReceipt made) {
      receipt.complete(made);
    }

    @Override
    public void failed(ReceivingSession session, Throwable cause) {
      receipt.completeExceptionally(cause);
    }

    @Override
    public void release(ReceivingSession session, Runnable released) {
      released.run();
    }
  }

  private ReceivingSession begin(SessionOwner owner) throws Exception {
    SessionRequest request =
        new SessionRequest(
            new VmRef("default", new UUID(3, 4), "web", "host"),
            "default",
            List.of(new DiskSpec("disk0", new DiskGeometry(DISK_BYTES, 512, 4096), new UUID(5, 6))),
            List.of(),
            Consistency.NONE,
            new TreeMap<>());
    return sessions.begin(PRINCIPAL, request, null, owner);
  }

  private ReceivingSession commit(BusyOwner owner) throws Exception {
    ReceivingSession session = begin(owner);
    ReceivingStream stream = session.streams().getFirst();
    stream.grantCredit();
    stream.zeros(0, DISK_BYTES);
    stream.end(DISK_BYTES);
    sessions.commit(session, CommitDetails.AS_BEGUN);
    owner.receipt.get(1, TimeUnit.MINUTES);
    return session;
  }

  @Test
  void isNotQuietUntilTheReceiptHasBeenSent() throws Exception {
    BusyOwner owner = new BusyOwner();
    ReceivingSession session = commit(owner);
    sessions.drain();
    assertThat(session.state()).isEqualTo(State.COMMITTED);
    assertThat(sessions.awaitQuiet(Duration.ZERO)).isEqualTo(1);
    sessions.detach(session, owner);
    assertThat(sessions.awaitQuiet(Duration.ZERO)).isZero();
  }

  @Test
  void isQuietWhenTheClientsOfAllSessionsAreGone() throws Exception {
    BusyOwner owner = new BusyOwner();
    ReceivingSession session = begin(owner);
    sessions.drain();
    assertThat(sessions.awaitQuiet(Duration.ZERO)).isEqualTo(1);
    sessions.detach(session, owner);
    assertThat(sessions.awaitQuiet(Duration.ZERO)).isZero();
  }

  @Test
  void forgetsNoSessionWhoseReceiptHasNotBeenSent() throws Exception {
    BusyOwner owner = new BusyOwner();
    ReceivingSession oldest = commit(owner);
    for (int i = 0; i <= SessionRegistry.MAXIMUM_REMEMBERED; i++) {
      BusyOwner other = new BusyOwner();
      sessions.detach(commit(other), other);
    }
    assertThat(sessions.find(PRINCIPAL, oldest.id(), oldest.secret())).isSameAs(oldest);
    assertThat(sessions.awaitQuiet(Duration.ZERO)).isEqualTo(1);
  }
}
