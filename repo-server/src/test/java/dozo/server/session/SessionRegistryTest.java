package dozo.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.repository.ingest.CommitDetails;
import dozo.repository.ingest.CommitReceipt;
import dozo.server.session.ReceivingSession.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionRegistryTest {

  private static final long DISK_BYTES = 1024;

  @TempDir Path directory;
  private SessionsFixture fixture;
  private SessionRegistry sessions;

  @BeforeEach
  void start() throws Exception {
    fixture = SessionsFixture.start(directory);
    sessions = fixture.registry();
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  /** A connection that does not get round to sending its client the receipt. */
  private static final class BusyOwner extends SessionsFixture.Owner {
    final CompletableFuture<CommitReceipt> receipt = new CompletableFuture<>();

    @Override
    public void committed(ReceivingSession session, CommitReceipt made) {
      receipt.complete(made);
    }

    @Override
    public void failed(ReceivingSession session, Throwable cause) {
      receipt.completeExceptionally(cause);
    }
  }

  private ReceivingSession begin(SessionOwner owner) throws Exception {
    return fixture.begin(owner, DISK_BYTES, Optional.empty());
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
    assertThat(sessions.find(SessionsFixture.PRINCIPAL, oldest.id(), oldest.secret()))
        .isSameAs(oldest);
    assertThat(sessions.awaitQuiet(Duration.ZERO)).isEqualTo(1);
  }
}
