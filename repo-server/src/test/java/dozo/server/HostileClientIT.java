package dozo.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dozo.format.ErrorCode;
import dozo.format.UntrustedServerException;
import dozo.format.disk.Extent;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.RestorePointId;
import dozo.protocol.BaseSpec;
import dozo.protocol.DiskSpec;
import dozo.protocol.Fingerprint;
import dozo.protocol.Protocol;
import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.protocol.ServerTrust;
import dozo.protocol.client.ConnectionSettings;
import dozo.protocol.client.DozoConnection;
import dozo.protocol.client.RemoteSession;
import dozo.protocol.message.ConnectionMessage.Failure;
import dozo.protocol.message.ConnectionMessage.Hello;
import dozo.protocol.message.ConnectionMessage.Ping;
import dozo.protocol.message.ConnectionMessage.Pong;
import dozo.protocol.message.ConnectionMessage.Welcome;
import dozo.protocol.message.Frame;
import dozo.protocol.message.ListingMessage.ListVms;
import dozo.protocol.message.ListingMessage.Vms;
import dozo.protocol.message.ReadingMessage.ChunkFailed;
import dozo.protocol.message.ReadingMessage.ChunkPart;
import dozo.protocol.message.ReadingMessage.Disk;
import dozo.protocol.message.ReadingMessage.Extents;
import dozo.protocol.message.ReadingMessage.OpenDisk;
import dozo.protocol.message.ReadingMessage.ReadChunks;
import dozo.protocol.message.ReadingMessage.ReadExtents;
import dozo.protocol.message.SessionMessage;
import dozo.protocol.message.SessionMessage.Abort;
import dozo.protocol.message.SessionMessage.BeginSession;
import dozo.protocol.message.SessionMessage.Check;
import dozo.protocol.message.SessionMessage.Commit;
import dozo.protocol.message.SessionMessage.EndStream;
import dozo.protocol.message.SessionMessage.Keep;
import dozo.protocol.message.SessionMessage.Receipt;
import dozo.protocol.message.SessionMessage.SessionOpened;
import dozo.protocol.message.SessionMessage.Zero;
import dozo.server.auth.NewToken;
import dozo.server.auth.Scope;
import dozo.server.net.NetworkLimits;
import dozo.server.session.SessionLimits;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What clients do that mean harm or know no better. While all of it goes on a well-behaved client
 * has a session open, whose restore point must still come to be in the end.
 */
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileClientIT {

  private static final int DISK_BYTES = 1 << 20;
  private static final Commit AS_BEGUN = new Commit(null, null);

  @TempDir static Path directory;
  private ServerFixture fixture;
  private DozoConnection bystander;
  private RemoteSession bystanderSession;
  private Secret admin;

  @BeforeAll
  void start() throws IOException {
    fixture =
        ServerFixture.start(
            directory,
            it ->
                it.withNetwork(
                        NetworkLimits.STANDARD
                            .withMaximumRefusals(2)
                            .withPatience(
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(1)))
                    .withSessions(SessionLimits.STANDARD.withMaximum(8, 4)));
    admin = fixture.token(Role.ADMIN);
    bystander = fixture.connect(Role.BACKUP);
    bystanderSession = bystander.beginSession(ServerFixture.plan(2L * DISK_BYTES));
    bystanderSession.stream("disk0").data(ByteBuffer.wrap(random(DISK_BYTES)));
  }

  @AfterAll
  void leavesTheBystanderAlone() throws IOException {
    bystanderSession.stream("disk0").data(ByteBuffer.wrap(random(DISK_BYTES)));
    bystanderSession.stream("disk0").end();
    assertThat(bystanderSession.commit(AS_BEGUN).restorePoint()).isNotNull();
    bystander.close();
    fixture.close();
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private RawClient hello() throws IOException {
    return RawClient.hello(fixture.address(), admin);
  }

  /** The connection is still good. */
  private static void assertServes(RawClient client) throws IOException {
    client.send(99, new ListVms());
    client.expect(Vms.class);
  }

  private static SessionOpened begin(RawClient client) throws IOException {
    client.send(1, ServerFixture.plan(DISK_BYTES));
    return client.expect(SessionOpened.class);
  }

  private static SessionOpened begin(RawClient client, RestorePointId base) throws IOException {
    DiskSpec disk =
        new DiskSpec("disk0", DISK_BYTES, 512, 4096, new UUID(1, 1), new BaseSpec(base, "disk0"));
    client.send(
        1,
        new BeginSession(
            ServerFixture.VM, List.of(disk), List.of(), Consistency.NONE, new TreeMap<>()));
    return client.expect(SessionOpened.class);
  }

  // Frames

  @Test
  void closesOnGarbageInsteadOfTls() throws IOException {
    try (RawClient client = RawClient.plain(fixture.address())) {
      client.send(random(1000));
      client.socket().shutdownOutput();
      client.socket().getInputStream().readAllBytes();
    }
  }

  @Test
  void closesOnGarbageInsteadOfFrames() throws IOException {
    try (RawClient client = hello()) {
      client.send(random(1000));
      client.expectFailure(Frame.CONNECTION, ErrorCode.PROTOCOL);
      client.expectClosed();
    }
  }

  @Test
  void closesOnAFrameThatIsTooLong() throws IOException {
    try (RawClient client = hello()) {
      client.send(
          Unpooled.buffer()
              .writeIntLE(Protocol.MAXIMUM_FRAME_BYTES + 1)
              .writeByte(0x12)
              .writeZero(7));
      client.expectFailure(Frame.CONNECTION, ErrorCode.PROTOCOL);
      client.expectClosed();
    }
  }

  @Test
  void closesOnAnythingBeforeHello() throws IOException {
    try (RawClient client = RawClient.connect(fixture.address(), Protocol.ALPN)) {
      client.send(1, new ListVms());
      client.expectFailure(Frame.CONNECTION, ErrorCode.PROTOCOL);
      client.expectClosed();
    }
  }

  @Test
  void closesOnASecondHello() throws IOException {
    try (RawClient client = hello()) {
      client.send(Frame.CONNECTION, new Hello(1, "raw", admin));
      client.expectFailure(Frame.CONNECTION, ErrorCode.PROTOCOL);
      client.expectClosed();
    }
  }

  @Test
  void closesOnAMessageOfAServers() throws IOException {
    try (RawClient client = hello()) {
      client.send(1, new Vms(List.of(), false));
      client.expectFailure(Frame.CONNECTION, ErrorCode.PROTOCOL);
      client.expectClosed();
    }
  }

  @Test
  void refusesAnotherVersion() throws IOException {
    try (RawClient client = RawClient.connect(fixture.address(), Protocol.ALPN)) {
      client.send(Frame.CONNECTION, new Hello(2, "raw", admin));
      client.expectFailure(Frame.CONNECTION, ErrorCode.VERSION);
      client.expectClosed();
    }
  }

  @Test
  void closesWithoutTheProtocolsNameInTls() throws IOException {
    try (RawClient client = RawClient.connect(fixture.address())) {
      client.expectClosed();
    }
  }

  @Test
  void closesWhenHelloDoesNotCome() throws IOException {
    try (RawClient client = RawClient.connect(fixture.address(), Protocol.ALPN)) {
      client.expectClosed();
    }
  }

  // Identity

  @Test
  void isNotTrustedUnderAnotherFingerprint() {
    ConnectionSettings settings =
        ConnectionSettings.tcp(
            fixture.address(),
            new ServerTrust.Pinned(Fingerprint.parse("ab".repeat(32))),
            admin,
            "test");
    assertThatExceptionOfType(UntrustedServerException.class)
        .isThrownBy(() -> DozoConnection.connect(settings))
        .withMessageContaining("ab".repeat(32))
        .withMessageContaining(fixture.server().fingerprint().hex());
  }

  @Test
  void answersEveryWrongTokenAlikeAndLate() throws IOException {
    NewToken revoked =
        fixture.server().tokens().create("r", Role.ADMIN, Scope.EVERYTHING, Optional.empty());
    fixture.server().tokens().revoke(revoked.token().principal().id());
    NewToken expired =
        fixture
            .server()
            .tokens()
            .create("e", Role.ADMIN, Scope.EVERYTHING, Optional.of(Instant.EPOCH));
    String right = admin.reveal();
    Secret wrong =
        Secret.of(right.substring(0, right.length() - 2) + (right.endsWith("AA") ? "BB" : "AA"));
    String message = null;
    for (Secret token : List.of(revoked.secret(), expired.secret(), wrong, Secret.of("nonsense"))) {
      long started = System.nanoTime();
      try (RawClient client = RawClient.connect(fixture.address(), Protocol.ALPN)) {
        client.send(Frame.CONNECTION, new Hello(1, "raw", token));
        String said = client.expectFailure(Frame.CONNECTION, ErrorCode.UNAUTHENTICATED).message();
        client.expectClosed();
        assertThat(message == null || message.equals(said)).isTrue();
        message = said;
      }
      assertThat(Duration.ofNanos(System.nanoTime() - started))
          .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }
  }

  @Test
  void boundsTheAnswersToWrongTokensThatWait() throws IOException {
    try (RawClient first = RawClient.connect(fixture.address(), Protocol.ALPN);
        RawClient second = RawClient.connect(fixture.address(), Protocol.ALPN);
        RawClient third = RawClient.connect(fixture.address(), Protocol.ALPN)) {
      int answered = 0;
      for (RawClient client : List.of(first, second, third)) {
        client.send(Frame.CONNECTION, new Hello(1, "raw", Secret.of("nonsense")));
      }
      for (RawClient client : List.of(first, second, third)) {
        try {
          client.expectFailure(Frame.CONNECTION, ErrorCode.UNAUTHENTICATED);
          answered++;
        } catch (IOException e) {
          client.expectClosed();
        }
      }
      assertThat(answered).isEqualTo(2);
    }
  }

  @Test
  void expelsWhoseTokenIsRevoked() throws IOException {
    NewToken token =
        fixture.server().tokens().create("x", Role.ADMIN, Scope.EVERYTHING, Optional.empty());
    try (RawClient client = RawClient.hello(fixture.address(), token.secret())) {
      assertServes(client);
      fixture.server().tokens().revoke(token.token().principal().id());
      client.expectFailure(Frame.CONNECTION, ErrorCode.UNAUTHENTICATED);
      client.expectClosed();
    }
  }

  // Sessions

  @Test
  void endsTheSessionThatIsSentMoreThanItHasCreditFor() throws IOException {
    try (RawClient client = hello()) {
      client.send(1, ServerFixture.plan(64L << 20));
      SessionOpened session = client.expect(SessionOpened.class);
      long credit = session.streams().getFirst().creditBytes();
      int stream = session.streams().getFirst().channel();
      byte[] one = {1};
      // Each tiny frame costs 4 KiB; credit that comes back in between is not waited for.
      Thread sender =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  for (int i = 0; i < 8 * credit / Protocol.MINIMUM_COST_BYTES; i++) {
                    client.sendData(stream, i, one);
                  }
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      Frame frame = client.receive();
      while (!(frame.message() instanceof Failure)) {
        frame = client.receive();
      }
      assertThat(frame.channel()).isEqualTo(session.channel());
      join(sender);
      assertServes(client);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void endsTheSessionWhoseStreamLeavesItsOrder() throws IOException {
    try (RawClient client = hello()) {
      SessionOpened session = begin(client);
      int stream = session.streams().getFirst().channel();
      client.sendData(stream, 0, random(100));
      client.sendData(stream, 101, random(100));
      client.expectFailure(session.channel(), ErrorCode.PROTOCOL);
      client.sendData(stream, 100, random(100));
      assertServes(client);
    }
  }

  @Test
  void endsTheSessionWhoseStreamIsTooLong() throws IOException {
    try (RawClient client = hello()) {
      SessionOpened session = begin(client);
      int stream = session.streams().getFirst().channel();
      client.send(stream, new Zero(0, DISK_BYTES - 10));
      client.sendData(stream, DISK_BYTES - 10, random(11));
      client.expectFailure(session.channel(), ErrorCode.TOO_LARGE);
      assertServes(client);
    }
  }

  @Test
  void endsTheSessionWhoseStreamEndsEarlyOrGoesOn() throws IOException {
    try (RawClient client = hello()) {
      SessionOpened early = begin(client);
      client.send(early.streams().getFirst().channel(), new EndStream(DISK_BYTES));
      client.expectFailure(early.channel(), ErrorCode.PROTOCOL);

      SessionOpened late = begin(client);
      int stream = late.streams().getFirst().channel();
      client.send(stream, new Zero(0, DISK_BYTES));
      client.send(stream, new EndStream(DISK_BYTES));
      client.send(stream, new EndStream(DISK_BYTES));
      client.sendData(stream, DISK_BYTES, random(1));
      client.expectFailure(late.channel(), ErrorCode.PROTOCOL);
      assertServes(client);
    }
  }

  @Test
  void endsTheSessionThatKeepsWhatItCannot() throws IOException {
    RestorePointId base = fixture.push(DISK_BYTES);
    try (RawClient client = hello()) {
      SessionOpened none = begin(client);
      client.send(none.streams().getFirst().channel(), new Keep(0, 1));
      client.expectFailure(none.channel(), ErrorCode.PROTOCOL);

      for (SessionMessage wrong :
          List.of(
              new Keep(0, DISK_BYTES + 1),
              new Keep(1, 1),
              new Keep(0, 0),
              new Check(0, 65_535, "ab".repeat(32)),
              new Check(DISK_BYTES, 65_536, "ab".repeat(32)))) {
        SessionOpened session = begin(client, base);
        assertThat(session.streams().getFirst().baseBytes()).isEqualTo(DISK_BYTES);
        client.send(session.streams().getFirst().channel(), wrong);
        client.expectFailure(
            session.channel(),
            wrong instanceof Keep(long at, long length) && at == 0 && length > DISK_BYTES
                ? ErrorCode.TOO_LARGE
                : ErrorCode.PROTOCOL);
      }

      SessionOpened lie = begin(client, base);
      client.send(lie.streams().getFirst().channel(), new Check(0, 65_536, "ab".repeat(32)));
      client.expectFailure(lie.channel(), ErrorCode.BASE_MISMATCH);
      assertServes(client);
    }
  }

  @Test
  void endsTheSessionThatIsCommittedTooEarly() throws IOException {
    try (RawClient client = hello()) {
      SessionOpened session = begin(client);
      client.send(session.channel(), AS_BEGUN);
      client.expectFailure(session.channel(), ErrorCode.PROTOCOL);
      assertServes(client);
    }
  }

  @Test
  void ignoresWhatComesForASessionThatIsGone() throws IOException {
    try (RawClient client = hello()) {
      client.sendData(-5, 0, random(100));
      client.send(-5, new EndStream(3));
      client.send(-6, AS_BEGUN);
      assertServes(client);
    }
  }

  @Test
  void refusesPlansThatCanBecomeNoRestorePoint() throws IOException {
    DiskSpec disk = new DiskSpec("disk0", 512, 512, 4096, new UUID(1, 1));
    try (RawClient client = hello()) {
      for (List<DiskSpec> disks :
          List.of(
              List.<DiskSpec>of(),
              List.of(disk, disk),
              List.of(new DiskSpec("disk0", 100, 512, 4096, disk.identity())),
              List.of(new DiskSpec("disk0", -512, 512, 4096, disk.identity())),
              List.of(new DiskSpec("../disk0", 512, 512, 4096, disk.identity())),
              List.of(new DiskSpec("disk0", 1L << 62, 512, 4096, disk.identity())),
              List.of(new DiskSpec("disk0", 512, 513, 4096, disk.identity())))) {
        client.send(
            7,
            new BeginSession(
                ServerFixture.VM, disks, List.of(), Consistency.NONE, new TreeMap<>()));
        client.expectFailure(7, ErrorCode.INVALID);
      }
      assertServes(client);
    }
  }

  @Test
  void saysThatItCannotReadAMessageAndGoesOn() throws IOException {
    try (RawClient client = hello()) {
      byte[] json = "{\"session\":7}".getBytes(UTF_8);
      client.send(
          Unpooled.buffer()
              .writeIntLE(8 + json.length)
              .writeByte(0x11)
              .writeZero(3)
              .writeIntLE(5)
              .writeBytes(json));
      client.expectFailure(5, ErrorCode.INVALID);
      assertServes(client);
    }
  }

  @Test
  void boundsTheSessionsOfAToken() throws IOException {
    Secret backup = fixture.token(Role.BACKUP);
    try (RawClient client = RawClient.hello(fixture.address(), backup)) {
      SessionOpened first = begin(client);
      begin(client);
      begin(client);
      begin(client);
      client.send(2, ServerFixture.plan(DISK_BYTES));
      assertThat(client.expectFailure(2, ErrorCode.BUSY).retry()).isTrue();
      client.send(first.channel(), new Abort());
      begin(client);
    }
  }

  // Reading

  @Test
  void sendsAChunkOnlyToWhomKnowsItsPlace() throws IOException {
    try (RawClient client = hello()) {
      SessionOpened session = begin(client);
      int stream = session.streams().getFirst().channel();
      client.send(stream, new Zero(0, DISK_BYTES / 2));
      client.sendData(stream, DISK_BYTES / 2, random(DISK_BYTES / 2));
      client.send(stream, new EndStream(DISK_BYTES));
      client.send(session.channel(), AS_BEGUN);
      Receipt receipt = nextReceipt(client);
      client.send(2, new OpenDisk(receipt.restorePoint(), "disk0", null, null));
      int handle = client.expect(Disk.class).handle();
      client.send(handle, new ReadExtents(1, DISK_BYTES / 2, 3));
      List<Extent> extents = client.expect(Extents.class).extents();
      Extent good = extents.get(0);
      Extent other = extents.get(1);
      client.send(
          handle,
          new ReadChunks(
              2,
              List.of(
                  new Extent(good.offset() + 1, good.lengthBytes(), good.id()),
                  new Extent(good.offset(), good.lengthBytes() + 1, good.id()),
                  new Extent(other.offset(), good.lengthBytes(), good.id()),
                  new Extent(0, DISK_BYTES / 2, Extent.HOLE),
                  new Extent(1L << 60, 10, good.id()),
                  good)));
      for (int i = 0; i < 5; i++) {
        ChunkFailed failed = client.expect(ChunkFailed.class);
        assertThat(failed.index()).isEqualTo(i);
        assertThat(failed.failure().code()).isEqualTo(ErrorCode.NOT_FOUND);
      }
      ChunkPart part = client.expect(ChunkPart.class);
      assertThat(part.index()).isEqualTo(5);
      assertThat(part.bytes().readableBytes()).isEqualTo((int) good.lengthBytes());
      part.bytes().release();
      client.send(handle, new ReadExtents(3, DISK_BYTES, 3));
      assertThat(client.expect(ChunkFailed.class).index()).isEqualTo(ChunkFailed.WHOLE_REQUEST);
    }
  }

  private static Receipt nextReceipt(RawClient client) throws IOException {
    Frame frame = client.receive();
    while (!(frame.message() instanceof Receipt)) {
      frame = client.receive();
    }
    return (Receipt) frame.message();
  }

  @Test
  void closesOnAClientThatAsksAndNeverReads() throws IOException {
    byte[] disk = random(DISK_BYTES);
    try (RawClient client = hello()) {
      SessionOpened session = begin(client);
      int stream = session.streams().getFirst().channel();
      client.sendData(stream, 0, disk);
      client.send(stream, new EndStream(DISK_BYTES));
      client.send(session.channel(), AS_BEGUN);
      client.send(2, new OpenDisk(nextReceipt(client).restorePoint(), "disk0", null, null));
      int handle = client.expect(Disk.class).handle();
      client.send(handle, new ReadExtents(1, 0, 1000));
      ReadChunks all = new ReadChunks(2, client.expect(Extents.class).extents());
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> {
            while (true) {
              client.send(handle, all);
            }
          });
    }
    try (RawClient client = hello()) {
      client.send(Frame.CONNECTION, new Ping());
      assertThat(client.receive().message()).isEqualTo(new Pong());
    }
  }

  @Test
  void welcomesAWellBehavedClientOverTheJdksTls() throws IOException {
    try (RawClient client = RawClient.connect(fixture.address(), Protocol.ALPN)) {
      client.send(Frame.CONNECTION, new Hello(1, "raw", admin));
      assertThat(client.expect(Welcome.class).repository())
          .isEqualTo(fixture.repository().identity().id());
    }
  }
}
