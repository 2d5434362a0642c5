package dozo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dozo.format.ConnectionLostException;
import dozo.format.ErrorCode;
import dozo.format.RemoteException;
import dozo.format.disk.ChunkSource;
import dozo.format.disk.Extent;
import dozo.format.manifest.RestorePointId;
import dozo.protocol.Protocol;
import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.protocol.client.DozoConnection;
import dozo.protocol.client.RemoteSession;
import dozo.protocol.client.RemoteStream;
import dozo.protocol.client.ServerLink;
import dozo.protocol.client.SessionTicket;
import dozo.protocol.message.SessionMessage.Commit;
import dozo.protocol.message.SessionMessage.EndStream;
import dozo.protocol.message.SessionMessage.Receipt;
import dozo.protocol.message.SessionMessage.ResumeSession;
import dozo.protocol.message.SessionMessage.SessionOpened;
import dozo.server.session.ReceivingSession.State;
import dozo.server.session.SessionLimits;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Connections and servers that go away in the middle of it. */
@ExtendWith(LeakCheck.class)
class ResumeIT {

  private static final Commit AS_BEGUN = new Commit(null, null);
  private static final int DISK_BYTES = 6 << 20;

  @TempDir Path directory;
  private ServerFixture fixture;
  private Secret token;
  private final byte[] disk = new byte[DISK_BYTES];

  @BeforeEach
  void start() throws IOException {
    new Random(42).nextBytes(disk);
    fixture = ServerFixture.start(directory);
    token = fixture.token(Role.ADMIN);
  }

  @AfterEach
  void stop() throws IOException {
    fixture.close();
  }

  private void assertStored(DozoConnection connection, RestorePointId point) throws IOException {
    try (ChunkSource source = connection.openDisk(point, "disk0")) {
      assertThat(read(source)).isEqualTo(disk);
    }
  }

  private static byte[] read(ChunkSource source) throws IOException {
    byte[] bytes = new byte[DISK_BYTES];
    List<Extent> chunks = source.extents(0, Protocol.MAXIMUM_EXTENTS);
    source.fetch(
        chunks,
        (index, plain) ->
            plain.get(bytes, Math.toIntExact(chunks.get(index).offset()), plain.remaining()));
    return bytes;
  }

  private RestorePointId finish(DozoConnection connection, SessionTicket ticket)
      throws IOException {
    try (RemoteSession session = connection.resumeSession(ticket)) {
      RemoteStream stream = session.stream("disk0");
      int from = Math.toIntExact(stream.offset());
      stream.data(ByteBuffer.wrap(disk, from, DISK_BYTES - from));
      stream.end();
      return session.commit(AS_BEGUN).restorePoint();
    }
  }

  @Test
  void goesOnAfterALostConnectionWhereTheServerSays() throws IOException {
    SessionTicket ticket;
    try (DozoConnection first = fixture.connect(token)) {
      RemoteSession session = first.beginSession(ServerFixture.plan(DISK_BYTES));
      session.stream("disk0").data(ByteBuffer.wrap(disk, 0, DISK_BYTES / 2));
      ticket = session.ticket();
      await().until(() -> session.progress().receivedBytes() > 0);
    }
    try (DozoConnection second = fixture.connect(token)) {
      assertStored(second, finish(second, ticket));
    }
  }

  @Test
  void goesOnAfterAFrameThatWasCutOff() throws IOException {
    SessionTicket ticket;
    try (RawClient raw = RawClient.hello(fixture.address(), token)) {
      raw.send(1, ServerFixture.plan(DISK_BYTES));
      SessionOpened session = raw.expect(SessionOpened.class);
      ticket = new SessionTicket(session.session(), session.secret());
      raw.send(
          Unpooled.buffer()
              .writeIntLE(Protocol.DATA_OVERHEAD_BYTES + Protocol.MAXIMUM_BULK_BYTES)
              .writeByte(0x12)
              .writeZero(3)
              .writeIntLE(session.streams().getFirst().channel())
              .writeLongLE(0)
              .writeBytes(disk, 0, 100_000));
    }
    await().until(() -> !fixture.server().sessions().getFirst().isAttached());
    try (DozoConnection second = fixture.connect(token)) {
      try (RemoteSession resumed = second.resumeSession(ticket)) {
        assertThat(resumed.stream("disk0").offset()).isLessThanOrEqualTo(100_000);
        assertThat(finishResumed(resumed)).isNotNull();
      }
    }
  }

  private Receipt finishResumed(RemoteSession session) throws IOException {
    RemoteStream stream = session.stream("disk0");
    int from = Math.toIntExact(stream.offset());
    stream.data(ByteBuffer.wrap(disk, from, DISK_BYTES - from));
    stream.end();
    return session.commit(AS_BEGUN);
  }

  @Test
  void takesASessionOverFromAConnectionThatOnlySeemsAlive() throws IOException {
    try (DozoConnection first = fixture.connect(token);
        DozoConnection second = fixture.connect(token)) {
      RemoteSession session = first.beginSession(ServerFixture.plan(DISK_BYTES));
      session.stream("disk0").data(ByteBuffer.wrap(disk, 0, 1 << 20));
      assertStored(second, finish(second, session.ticket()));
      assertThatExceptionOfType(RemoteException.class)
          .isThrownBy(() -> session.stream("disk0").data(ByteBuffer.wrap(disk)))
          .satisfies(gone -> assertThat(gone.code()).isEqualTo(ErrorCode.SESSION_GONE));
    }
  }

  @Test
  void givesASessionOnlyToItsOwner() throws IOException {
    try (DozoConnection first = fixture.connect(token);
        DozoConnection other = fixture.connect(Role.ADMIN)) {
      SessionTicket ticket = first.beginSession(ServerFixture.plan(DISK_BYTES)).ticket();
      assertGone(other, ticket);
      assertGone(first, new SessionTicket(ticket.session(), Secret.of("ab".repeat(32))));
      assertGone(first, new SessionTicket(new UUID(1, 2), ticket.secret()));
    }
  }

  private static void assertGone(DozoConnection connection, SessionTicket ticket) {
    assertThatExceptionOfType(RemoteException.class)
        .isThrownBy(() -> connection.resumeSession(ticket))
        .satisfies(refused -> assertThat(refused.code()).isEqualTo(ErrorCode.SESSION_GONE));
  }

  @Test
  void givesTheSameReceiptAgain() throws IOException {
    try (DozoConnection first = fixture.connect(token)) {
      RemoteSession session = first.beginSession(ServerFixture.plan(DISK_BYTES));
      session.stream("disk0").data(ByteBuffer.wrap(disk));
      session.stream("disk0").end();
      Receipt receipt = session.commit(AS_BEGUN);
      try (DozoConnection second = fixture.connect(token);
          RemoteSession resumed = second.resumeSession(session.ticket())) {
        assertThat(resumed.stream("disk0").offset()).isEqualTo(DISK_BYTES);
        resumed.stream("disk0").end();
        assertThat(resumed.commit(AS_BEGUN)).isEqualTo(receipt);
      }
      assertThat(fixture.repository().restorePoints()).hasSize(1);
    }
  }

  @Test
  void commitsThoughTheClientDoesNotStayForTheReceipt() throws IOException {
    SessionTicket ticket;
    try (RawClient raw = RawClient.hello(fixture.address(), token)) {
      raw.send(1, ServerFixture.plan(1 << 20));
      SessionOpened session = raw.expect(SessionOpened.class);
      ticket = new SessionTicket(session.session(), session.secret());
      int stream = session.streams().getFirst().channel();
      raw.sendData(stream, 0, Arrays.copyOf(disk, 1 << 20));
      raw.send(stream, new EndStream(1 << 20));
      raw.send(session.channel(), AS_BEGUN);
    }
    await().until(() -> fixture.repository().restorePoints().size() == 1);
    try (DozoConnection second = fixture.connect(token);
        RemoteSession resumed = second.resumeSession(ticket)) {
      assertThat(resumed.commit(AS_BEGUN).restorePoint())
          .isEqualTo(fixture.repository().restorePoints().getFirst().id());
    }
  }

  @Test
  void knowsNoSessionOfBeforeARestart() throws IOException {
    SessionTicket ticket;
    try (DozoConnection first = fixture.connect(token)) {
      RemoteSession session = first.beginSession(ServerFixture.plan(DISK_BYTES));
      session.stream("disk0").data(ByteBuffer.wrap(disk, 0, 1 << 20));
      ticket = session.ticket();
      fixture.stop();
      assertThatExceptionOfType(ConnectionLostException.class)
          .isThrownBy(() -> session.stream("disk0").data(ByteBuffer.wrap(disk)));
    }
    fixture.restart();
    try (DozoConnection second = fixture.connect(token)) {
      assertGone(second, ticket);
      assertThat(fixture.repository().restorePoints()).isEmpty();
    }
  }

  @Test
  void goesOnReadingAfterARestart() throws Exception {
    RestorePointId point;
    try (DozoConnection connection = fixture.connect(token);
        RemoteSession session = connection.beginSession(ServerFixture.plan(DISK_BYTES))) {
      session.stream("disk0").data(ByteBuffer.wrap(disk));
      session.stream("disk0").end();
      point = session.commit(AS_BEGUN).restorePoint();
    }
    try (ServerLink link = ServerLink.open(fixture.settings(token), Duration.ofMinutes(2));
        ChunkSource source = link.openDisk(point, "disk0")) {
      assertThat(read(source)).isEqualTo(disk);
      fixture.stop();
      CompletableFuture<byte[]> reading =
          CompletableFuture.supplyAsync(() -> {
            try {
              return read(source);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      fixture.restart();
      assertThat(reading.get()).isEqualTo(disk);
    }
  }

  @Test
  void failsToReadWhenTheServerStaysAway() throws Exception {
    RestorePointId point;
    try (DozoConnection connection = fixture.connect(token);
        RemoteSession session = connection.beginSession(ServerFixture.plan(DISK_BYTES))) {
      session.stream("disk0").data(ByteBuffer.wrap(disk));
      session.stream("disk0").end();
      point = session.commit(AS_BEGUN).restorePoint();
    }
    try (ServerLink link = ServerLink.open(fixture.settings(token), Duration.ofMillis(300));
        ChunkSource source = link.openDisk(point, "disk0")) {
      fixture.stop();
      assertThatExceptionOfType(ConnectionLostException.class)
          .isThrownBy(() -> source.extents(0, 1));
    }
    fixture.restart();
  }

  @Test
  void givesUpASessionWhoseClientStaysAway() throws IOException {
    fixture.close();
    Path other = directory.resolve("other");
    fixture =
        ServerFixture.start(
            other,
            it -> it.withSessions(SessionLimits.STANDARD.withDetachedFor(Duration.ofMillis(200))));
    token = fixture.token(Role.ADMIN);
    SessionTicket ticket;
    try (DozoConnection first = fixture.connect(token)) {
      ticket = first.beginSession(ServerFixture.plan(DISK_BYTES)).ticket();
    }
    await().until(() -> fixture.server().sessions().isEmpty());
    assertThat(fixture.repository().sessions()).isEmpty();
    try (DozoConnection second = fixture.connect(token)) {
      assertGone(second, ticket);
    }
  }

  @Test
  void givesUpASessionWhoseClientFallsSilent() throws IOException {
    fixture.close();
    Path other = directory.resolve("other");
    fixture =
        ServerFixture.start(
            other,
            it -> it.withSessions(SessionLimits.STANDARD.withSilentFor(Duration.ofMillis(200))));
    token = fixture.token(Role.ADMIN);
    try (RawClient raw = RawClient.hello(fixture.address(), token)) {
      raw.send(1, ServerFixture.plan(DISK_BYTES));
      SessionOpened session = raw.expect(SessionOpened.class);
      raw.expectFailure(session.channel(), ErrorCode.SESSION_GONE);
      raw.send(2, new ResumeSession(session.session(), session.secret()));
      raw.expectFailure(2, ErrorCode.SESSION_GONE);
    }
  }

  @Test
  void saysThatItDrainsAndLetsASessionEnd() throws Exception {
    fixture.close();
    Path other = directory.resolve("other");
    fixture = ServerFixture.start(other, it -> it.withDrainPatience(Duration.ofMinutes(2)));
    token = fixture.token(Role.ADMIN);
    try (DozoConnection connection = fixture.connect(token)) {
      RemoteSession session = connection.beginSession(ServerFixture.plan(DISK_BYTES));
      CompletableFuture<Void> closing =
          CompletableFuture.runAsync(() -> {
            try {
              fixture.server().close();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      await().until(() -> connection.goingAway().isPresent());
      assertThatExceptionOfType(RemoteException.class)
          .isThrownBy(() -> connection.beginSession(ServerFixture.plan(DISK_BYTES)))
          .satisfies(refused -> {
            assertThat(refused.code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
            assertThat(refused.retry()).isTrue();
          });
      assertThat(fixture.server().sessions().getFirst().state()).isEqualTo(State.RECEIVING);
      session.stream("disk0").data(ByteBuffer.wrap(disk));
      session.stream("disk0").end();
      assertThat(session.commit(AS_BEGUN).restorePoint()).isNotNull();
      closing.get();
    }
  }
}
