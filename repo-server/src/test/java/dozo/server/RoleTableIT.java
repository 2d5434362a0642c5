package dozo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dozo.format.ChunkId;
import dozo.format.ErrorCode;
import dozo.format.NotFoundException;
import dozo.format.RemoteException;
import dozo.format.disk.Extent;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.VmRef;
import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.protocol.client.DozoConnection;
import dozo.protocol.client.RemoteSession;
import dozo.protocol.message.ConnectionMessage.Failure;
import dozo.protocol.message.ConnectionMessage.Ping;
import dozo.protocol.message.ConnectionMessage.Pong;
import dozo.protocol.message.Frame;
import dozo.protocol.message.LeaseMessage.EndLease;
import dozo.protocol.message.LeaseMessage.ListLeases;
import dozo.protocol.message.LeaseMessage.TakeLease;
import dozo.protocol.message.ListingMessage.ListRestorePoints;
import dozo.protocol.message.ListingMessage.ListVms;
import dozo.protocol.message.Message;
import dozo.protocol.message.MessageType;
import dozo.protocol.message.ReadingMessage.CloseDisk;
import dozo.protocol.message.ReadingMessage.CompareDisk;
import dozo.protocol.message.ReadingMessage.OpenDisk;
import dozo.protocol.message.ReadingMessage.ReadChunks;
import dozo.protocol.message.ReadingMessage.ReadExtents;
import dozo.protocol.message.ReadingMessage.ReadPresence;
import dozo.protocol.message.SessionMessage.Abort;
import dozo.protocol.message.SessionMessage.Check;
import dozo.protocol.message.SessionMessage.Chunks;
import dozo.protocol.message.SessionMessage.Commit;
import dozo.protocol.message.SessionMessage.EndStream;
import dozo.protocol.message.SessionMessage.Keep;
import dozo.protocol.message.SessionMessage.Proof;
import dozo.protocol.message.SessionMessage.ResumeSession;
import dozo.protocol.message.SessionMessage.Zero;
import dozo.server.auth.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of docs/protocol.md §8, tried with every role and every message over the wire. */
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoleTableIT {

  private static final RestorePointId NONE =
      RestorePointId.parse("0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b");
  private static final VmRef OTHER = new VmRef("other", new UUID(5, 5), "db", "hv1");

  @TempDir static Path directory;
  private ServerFixture fixture;

  @BeforeAll
  void start() throws IOException {
    fixture = ServerFixture.start(directory);
    try (DozoConnection connection = fixture.connect(Role.ADMIN)) {
      push(connection, ServerFixture.VM);
      push(connection, OTHER);
    }
  }

  @AfterAll
  void stop() throws IOException {
    fixture.close();
  }

  private static void push(DozoConnection connection, VmRef vm) throws IOException {
    try (RemoteSession session =
        connection.beginSession(ServerFixture.plan(vm, List.of(1024L), List.of()))) {
      session.stream("disk0").zeros(1024);
      session.stream("disk0").end();
      session.commit(new Commit(null, null));
    }
  }

  /** The table. A message type that is not in it fails {@link #holdsForEveryRole}. */
  private static Set<Role> mayBeSentBy(MessageType type) {
    return switch (type) {
      case HELLO, PING, PONG, LIST_VMS, LIST_RESTORE_POINTS, LIST_LEASES ->
          EnumSet.allOf(Role.class);
      case BEGIN_SESSION,
          RESUME_SESSION,
          DATA,
          ZERO,
          KEEP,
          CHECK,
          CHUNKS,
          CONTENT,
          PROOF,
          END_STREAM,
          COMMIT,
          ABORT,
          TAKE_LEASE,
          END_LEASE ->
          EnumSet.of(Role.BACKUP, Role.ADMIN);
      case OPEN_DISK, READ_EXTENTS, READ_CHUNKS, READ_PRESENCE, CLOSE_DISK, COMPARE_DISK ->
          EnumSet.of(Role.RESTORE, Role.ADMIN);
      case WELCOME,
          GOING_AWAY,
          ERROR,
          SESSION,
          CREDIT,
          WANTED,
          PROGRESS,
          RECEIPT,
          LEASE_NOTED,
          LEASES,
          VMS,
          RESTORE_POINTS,
          DISK,
          EXTENTS,
          CHUNK,
          CHUNK_FAILED,
          SEGMENT,
          COMPARISON,
          PRESENCE ->
          throw new AssertionError(type + " is never a client's");
    };
  }

  static Stream<Arguments> table() {
    return Stream.of(MessageType.values())
        .filter(MessageType::isFromClient)
        .filter(type -> type != MessageType.HELLO)
        .flatMap(type -> Stream.of(Role.values()).map(role -> Arguments.of(type, role)));
  }

  @ParameterizedTest
  @MethodSource("table")
  void holdsForEveryRole(MessageType type, Role role) throws IOException {
    try (RawClient client = RawClient.hello(fixture.address(), fixture.token(role))) {
      if (type == MessageType.DATA) {
        client.sendData(11, 0, new byte[] {1});
      } else if (type == MessageType.CONTENT) {
        client.sendContent(11, 0, 1, new byte[] {1});
      } else {
        client.send(type == MessageType.PING || type == MessageType.PONG ? 0 : 11, sample(type));
      }
      client.send(Frame.CONNECTION, new Ping());
      boolean forbidden = false;
      for (Frame frame = client.receive();
          !(frame.message() instanceof Pong);
          frame = client.receive()) {
        forbidden |=
            frame.message() instanceof Failure failure && failure.code() == ErrorCode.FORBIDDEN;
      }
      assertThat(forbidden).isEqualTo(!mayBeSentBy(type).contains(role));
    }
  }

  private static Message sample(MessageType type) {
    return switch (type) {
      case PING -> new Ping();
      case PONG -> new Pong();
      case BEGIN_SESSION -> ServerFixture.plan(1024);
      case RESUME_SESSION -> new ResumeSession(new UUID(1, 2), Secret.of("ab".repeat(32)));
      case ZERO -> new Zero(0, 1);
      case KEEP -> new Keep(0, 1);
      case CHECK -> new Check(0, 65_536, "ab".repeat(32));
      case CHUNKS -> new Chunks(List.of(new Extent(0, 1, new ChunkId(1, 2, 3, 4))));
      case PROOF -> new Proof(0, List.of(new ChunkId(1, 2, 3, 4)));
      case END_STREAM -> new EndStream(1);
      case COMMIT -> new Commit(null, null);
      case ABORT -> new Abort();
      case TAKE_LEASE -> new TakeLease(new UUID(3, 3), ServerFixture.VM, "hook", "a snapshot");
      case END_LEASE -> new EndLease(new UUID(3, 3));
      case LIST_LEASES -> new ListLeases();
      case LIST_VMS -> new ListVms();
      case LIST_RESTORE_POINTS -> new ListRestorePoints(null, null, null, null);
      case OPEN_DISK -> new OpenDisk(NONE, "disk0", null, null);
      case READ_EXTENTS -> new ReadExtents(1, 0, 1);
      case READ_CHUNKS -> new ReadChunks(1, List.of(new Extent(0, 1, new ChunkId(1, 2, 3, 4))));
      case READ_PRESENCE -> new ReadPresence(1, 1 << 16, 0, 1);
      case CLOSE_DISK -> new CloseDisk();
      case COMPARE_DISK -> new CompareDisk(NONE, "disk0", null, 0);
      default -> throw new AssertionError(type + " needs a sample");
    };
  }

  @ParameterizedTest
  @EnumSource(names = {"BACKUP", "RESTORE"})
  void showsNothingOutsideItsScope(Role role) throws IOException {
    Scope scope = Scope.of("default");
    try (DozoConnection connection = fixture.connect(fixture.token(role, scope))) {
      assertThat(connection.listVms())
          .allSatisfy(vm -> assertThat(vm.namespace()).isEqualTo("default"));
      List<RestorePoint> all =
          connection.listRestorePoints(new ListRestorePoints(null, null, null, null));
      assertThat(all)
          .isNotEmpty()
          .allSatisfy(point -> assertThat(scope.admits(point.vm())).isTrue());
      assertThat(connection.listRestorePoints(new ListRestorePoints("other", null, null, null)))
          .isEmpty();
    }
  }

  @Test
  void opensNothingOutsideItsScope() throws IOException {
    RestorePointId other =
        fixture.repository().restorePoints().stream()
            .filter(point -> point.vm().isSameVm(OTHER))
            .findFirst()
            .orElseThrow()
            .id();
    Secret token = fixture.token(Role.RESTORE, Scope.of("default"));
    try (DozoConnection connection = fixture.connect(token)) {
      assertThatExceptionOfType(NotFoundException.class)
          .isThrownBy(() -> connection.openDisk(other, "disk0"));
      assertThatExceptionOfType(NotFoundException.class)
          .isThrownBy(() -> connection.openDisk(NONE, "disk0"));
    }
  }

  @Test
  void beginsNothingOutsideItsScope() throws IOException {
    Secret token =
        fixture.token(Role.BACKUP, new Scope(Optional.of("default"), Set.of(ServerFixture.VM_ID)));
    try (DozoConnection connection = fixture.connect(token)) {
      assertThatExceptionOfType(RemoteException.class)
          .isThrownBy(
              () -> connection.beginSession(ServerFixture.plan(OTHER, List.of(1024L), List.of())))
          .satisfies(refused -> assertThat(refused.code()).isEqualTo(ErrorCode.FORBIDDEN));
      connection.beginSession(ServerFixture.plan(1024)).close();
    }
  }

  @Test
  void showsABackupTokenNoMoreThanNamesIdsTimesAndItsMarks() throws IOException {
    try (DozoConnection connection = fixture.connect(Role.BACKUP)) {
      assertThat(connection.listRestorePoints(new ListRestorePoints(null, null, null, null)))
          .isNotEmpty()
          .allSatisfy(point -> {
            assertThat(point.disks().getFirst().map().root()).isEqualTo(Extent.HOLE);
            assertThat(point.consistency()).isEqualTo(Consistency.NONE);
            assertThat(point.attributes()).containsOnlyKeys("tracking.disk0");
            assertThat(point.statistics().newBytes()).isZero();
          });
    }
  }
}
