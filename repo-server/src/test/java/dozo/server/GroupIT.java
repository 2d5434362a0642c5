package dozo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dozo.format.ErrorCode;
import dozo.format.RemoteException;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.VmRef;
import dozo.protocol.GroupSpec;
import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.protocol.client.DozoConnection;
import dozo.protocol.client.RemoteSession;
import dozo.protocol.client.SessionTicket;
import dozo.protocol.message.ListingMessage.ListRestorePoints;
import dozo.protocol.message.SessionMessage.Commit;
import dozo.protocol.message.SessionMessage.Receipt;
import dozo.server.session.ReceivingSession.State;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Consistency groups, docs/protocol.md §4.3. */
@ExtendWith(LeakCheck.class)
class GroupIT {

  private static final Commit AS_BEGUN = new Commit(null, null);
  private static final int DISK_BYTES = 1 << 20;

  private final GroupSpec group = new GroupSpec(UUID.randomUUID(), 2);
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @TempDir Path directory;
  private ServerFixture fixture;
  private Secret token;

  @BeforeEach
  void start() throws IOException {
    fixture =
        ServerFixture.start(
            directory,
            configuration ->
                configuration.withSessions(
                    configuration.sessions().withDetachedFor(Duration.ofMillis(500))));
    token = fixture.token(Role.ADMIN);
  }

  @AfterEach
  void stop() throws IOException {
    fixture.close();
    threads.close();
  }

  private RemoteSession begin(DozoConnection connection, int vm, GroupSpec of) throws IOException {
    VmRef ref = new VmRef("default", new UUID(3, vm), "vm" + vm, "host");
    RemoteSession session =
        connection.beginSession(
            ServerFixture.plan(ref, List.of((long) DISK_BYTES), List.of()).withGroup(of));
    session.stream("disk0").data(ByteBuffer.allocate(DISK_BYTES));
    session.stream("disk0").end();
    return session;
  }

  private Future<Receipt> commit(RemoteSession session) {
    Callable<Receipt> task = () -> session.commit(AS_BEGUN);
    Future<Receipt> asked = threads.submit(task);
    await()
        .until(() ->
            fixture.server().sessions().stream()
                .anyMatch(it ->
                    it.id().equals(session.ticket().session()) && it.state() == State.COMMITTING));
    return asked;
  }

  private static void assertBroken(Callable<?> action) {
    assertThatExceptionOfType(RemoteException.class)
        .isThrownBy(action::call)
        .satisfies(broken -> {
          assertThat(broken.code()).isEqualTo(ErrorCode.GROUP_BROKEN);
          assertThat(broken.retry()).isFalse();
        });
  }

  private static Object result(Future<?> future) throws Exception {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : e;
    }
  }

  private static List<RestorePoint> list(DozoConnection connection) throws IOException {
    return connection.listRestorePoints(new ListRestorePoints(null, null, null, 10));
  }

  @Test
  void twoConnectionsCommitTogether() throws Exception {
    try (DozoConnection one = fixture.connect(token);
        DozoConnection two = fixture.connect(token)) {
      RemoteSession first = begin(one, 1, group);
      RemoteSession second = begin(two, 2, group);
      Future<Receipt> waiting = commit(first);
      assertThat(list(two)).isEmpty();
      Receipt last = second.commit(AS_BEGUN);
      assertThat(list(two))
          .satisfiesExactlyInAnyOrder(
              point -> assertThat(point.id()).isEqualTo(last.restorePoint()),
              point -> assertThat(point.id()).isEqualTo(waiting.get().restorePoint()))
          .allSatisfy(point ->
              assertThat(point.attributes()).containsEntry("group", group.id().toString()));
    }
  }

  @Test
  void aMemberThatIsAbortedTakesTheOthersWithIt() throws Exception {
    try (DozoConnection one = fixture.connect(token);
        DozoConnection two = fixture.connect(token)) {
      Future<Receipt> waiting = commit(begin(one, 1, group));
      begin(two, 2, group).close();
      assertBroken(() -> result(waiting));
      assertBroken(() -> begin(two, 2, group));
      assertThat(list(two)).isEmpty();
    }
    assertThat(fixture.server().sessions()).isEmpty();
  }

  @Test
  void oneThatWaitsForTheOthersMayBeAborted() throws Exception {
    try (DozoConnection one = fixture.connect(token);
        DozoConnection two = fixture.connect(token)) {
      RemoteSession first = begin(one, 1, group);
      Future<Receipt> waiting = commit(first);
      RemoteSession second = begin(two, 2, group);
      first.close();
      assertThatThrownBy(() -> result(waiting)).hasMessageContaining("closed by us");
      assertBroken(() -> second.commit(AS_BEGUN));
      assertThat(list(two)).isEmpty();
    }
  }

  @Test
  void oneThatWaitsIsGivenUpIfItsClientStaysAway() throws Exception {
    SessionTicket ticket;
    try (DozoConnection two = fixture.connect(token)) {
      RemoteSession second;
      try (DozoConnection one = fixture.connect(token)) {
        RemoteSession first = begin(one, 1, group);
        ticket = first.ticket();
        second = begin(two, 2, group);
        var _ = commit(first);
      }
      assertBroken(() -> {
        await().until(() -> fixture.server().sessions().isEmpty());
        return second.commit(AS_BEGUN);
      });
      assertThatThrownBy(() -> two.resumeSession(ticket)).isInstanceOf(RemoteException.class);
      assertThat(list(two)).isEmpty();
    }
  }

  @Test
  void isHeldToItsSizeAndToItsToken() throws Exception {
    try (DozoConnection one = fixture.connect(token);
        DozoConnection other = fixture.connect(Role.ADMIN)) {
      Future<Receipt> waiting = commit(begin(one, 1, group));
      assertThatThrownBy(() -> begin(one, 2, new GroupSpec(group.id(), 3)))
          .hasMessageContaining("has 2 members, not 3");
      assertThatThrownBy(() -> begin(one, 1, group)).hasMessageContaining("already");
      begin(other, 2, group).close();
      RemoteSession second = begin(one, 2, group);
      second.commit(AS_BEGUN);
      assertThat(result(waiting)).isInstanceOf(Receipt.class);
    }
  }
}
