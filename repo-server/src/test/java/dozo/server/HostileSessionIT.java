package dozo.server;

import static dozo.server.BesiegedServer.AS_BEGUN;
import static dozo.server.BesiegedServer.DISK_BYTES;
import static dozo.server.BesiegedServer.assertServes;
import static dozo.server.BesiegedServer.begin;
import static dozo.server.BesiegedServer.random;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.ErrorCode;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.RestorePointId;
import dozo.protocol.BaseSpec;
import dozo.protocol.DiskSpec;
import dozo.protocol.Protocol;
import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.protocol.message.ConnectionMessage.Failure;
import dozo.protocol.message.Frame;
import dozo.protocol.message.SessionMessage;
import dozo.protocol.message.SessionMessage.Abort;
import dozo.protocol.message.SessionMessage.BeginSession;
import dozo.protocol.message.SessionMessage.Check;
import dozo.protocol.message.SessionMessage.EndStream;
import dozo.protocol.message.SessionMessage.Keep;
import dozo.protocol.message.SessionMessage.SessionOpened;
import dozo.protocol.message.SessionMessage.Zero;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Sessions that break the rules of their streams, and the session alone for it. */
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileSessionIT {

  @TempDir static Path directory;
  private BesiegedServer server;

  @BeforeAll
  void start() throws IOException {
    server = BesiegedServer.start(directory);
  }

  @AfterAll
  void leavesTheBystanderAlone() throws IOException {
    server.close();
  }

  private static SessionOpened beginOver(RawClient client, RestorePointId base) throws IOException {
    DiskSpec disk =
        new DiskSpec("disk0", DISK_BYTES, 512, 4096, new UUID(1, 1), new BaseSpec(base, "disk0"));
    client.send(
        1,
        new BeginSession(
            ServerFixture.VM, List.of(disk), List.of(), Consistency.NONE, new TreeMap<>()));
    return client.expect(SessionOpened.class);
  }

  @Test
  void endsTheSessionThatIsSentMoreThanItHasCreditFor() throws IOException {
    try (RawClient client = server.hello()) {
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
    try (RawClient client = server.hello()) {
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
    try (RawClient client = server.hello()) {
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
    try (RawClient client = server.hello()) {
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
    RestorePointId base = server.fixture().push(DISK_BYTES);
    try (RawClient client = server.hello()) {
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
        SessionOpened session = beginOver(client, base);
        assertThat(session.streams().getFirst().baseBytes()).isEqualTo(DISK_BYTES);
        client.send(session.streams().getFirst().channel(), wrong);
        client.expectFailure(
            session.channel(),
            wrong instanceof Keep(long at, long length) && at == 0 && length > DISK_BYTES
                ? ErrorCode.TOO_LARGE
                : ErrorCode.PROTOCOL);
      }

      SessionOpened lie = beginOver(client, base);
      client.send(lie.streams().getFirst().channel(), new Check(0, 65_536, "ab".repeat(32)));
      client.expectFailure(lie.channel(), ErrorCode.BASE_MISMATCH);
      assertServes(client);
    }
  }

  @Test
  void endsTheSessionThatIsCommittedTooEarly() throws IOException {
    try (RawClient client = server.hello()) {
      SessionOpened session = begin(client);
      client.send(session.channel(), AS_BEGUN);
      client.expectFailure(session.channel(), ErrorCode.PROTOCOL);
      assertServes(client);
    }
  }

  @Test
  void ignoresWhatComesForASessionThatIsGone() throws IOException {
    try (RawClient client = server.hello()) {
      client.sendData(-5, 0, random(100));
      client.send(-5, new EndStream(3));
      client.send(-6, AS_BEGUN);
      assertServes(client);
    }
  }

  @Test
  void refusesPlansThatCanBecomeNoRestorePoint() throws IOException {
    DiskSpec disk = new DiskSpec("disk0", 512, 512, 4096, new UUID(1, 1));
    try (RawClient client = server.hello()) {
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
    try (RawClient client = server.hello()) {
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
    Secret backup = server.fixture().token(Role.BACKUP);
    try (RawClient client = RawClient.hello(server.fixture().address(), backup)) {
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
}
