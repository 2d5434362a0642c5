package dozo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dozo.format.disk.ChunkSource;
import dozo.format.disk.Extent;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.protocol.FileSpec;
import dozo.protocol.Role;
import dozo.protocol.VmSummary;
import dozo.protocol.client.ConnectionSettings;
import dozo.protocol.client.DozoConnection;
import dozo.protocol.client.RemoteSession;
import dozo.protocol.client.RemoteStream;
import dozo.protocol.message.ListingMessage.ListRestorePoints;
import dozo.protocol.message.SessionMessage.Commit;
import dozo.protocol.message.SessionMessage.Progress;
import dozo.protocol.message.SessionMessage.Receipt;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class RoundTripIT {

  private static final Commit AS_BEGUN = new Commit(null, null);
  private static final int MIB = 1 << 20;

  @TempDir Path directory;
  private ServerFixture fixture;

  @BeforeEach
  void start() throws IOException {
    fixture =
        ServerFixture.start(
            directory, settings -> settings.withUnixSocket(directory.resolve("dozo.sock")));
  }

  @AfterEach
  void stop() throws IOException {
    fixture.close();
  }

  private static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static RestorePointId push(DozoConnection connection, byte[]... disks)
      throws IOException {
    List<Long> sizes = new ArrayList<>();
    for (byte[] disk : disks) {
      sizes.add((long) disk.length);
    }
    try (RemoteSession session =
        connection.beginSession(ServerFixture.plan(ServerFixture.VM, sizes, List.of()))) {
      for (int i = 0; i < disks.length; i++) {
        RemoteStream stream = session.stream("disk" + i);
        stream.data(ByteBuffer.wrap(disks[i]));
        stream.end();
      }
      return session.commit(AS_BEGUN).restorePoint();
    }
  }

  private static byte[] read(ChunkSource source) throws IOException {
    byte[] bytes = new byte[Math.toIntExact(source.sizeBytes())];
    List<Extent> chunks = new ArrayList<>();
    for (long at = 0; at < source.sizeBytes(); ) {
      List<Extent> extents = source.extents(at, 100);
      extents.stream().filter(extent -> !extent.isHole()).forEach(chunks::add);
      at = extents.getLast().end();
    }
    for (int from = 0; from < chunks.size(); from += 1000) {
      List<Extent> part = chunks.subList(from, Math.min(chunks.size(), from + 1000));
      source.fetch(
          part,
          (index, plain) -> {
            int at = Math.toIntExact(part.get(index).offset());
            plain.get(bytes, at, plain.remaining());
          });
    }
    return bytes;
  }

  @Test
  void bringsBackWhatWasPushed() throws IOException {
    byte[] disk = random(9 * MIB, 1);
    try (DozoConnection backup = fixture.connect(Role.BACKUP);
        DozoConnection restore = fixture.connect(Role.RESTORE)) {
      RestorePointId point = push(backup, disk);
      try (ChunkSource source = restore.openDisk(point, "disk0")) {
        assertThat(source.sizeBytes()).isEqualTo(disk.length);
        assertThat(source.dataBytes()).isEqualTo(disk.length);
        assertThat(read(source)).isEqualTo(disk);
      }
    }
  }

  @Test
  void takesZerosInAnyFormAndKnowsThemAsHoles() throws IOException {
    byte[] data = random(MIB, 2);
    try (DozoConnection connection = fixture.connect(Role.ADMIN)) {
      RestorePointId point;
      try (RemoteSession session = connection.beginSession(ServerFixture.plan(100L * MIB))) {
        RemoteStream stream = session.stream("disk0");
        stream.zeros(40L * MIB);
        stream.zeros(MIB);
        stream.data(ByteBuffer.wrap(data));
        stream.data(ByteBuffer.allocate(8 * MIB));
        stream.zeros(50L * MIB);
        stream.end();
        Receipt receipt = session.commit(AS_BEGUN);
        assertThat(receipt.statistics().newBytes()).isLessThan(2 * MIB);
        point = receipt.restorePoint();
      }
      try (ChunkSource source = connection.openDisk(point, "disk0")) {
        byte[] read = read(source);
        assertThat(ByteBuffer.wrap(read, 41 * MIB, MIB)).isEqualTo(ByteBuffer.wrap(data));
        BitSet presence = source.presence(MIB, 0, 100);
        assertThat(presence.stream().boxed().toList()).isSubsetOf(41, 42).contains(41);
      }
    }
  }

  @Test
  void takesDisksAndFilesSideBySide() throws Exception {
    byte[][] disks = {random(5 * MIB, 3), random(3 * MIB, 4), random(MIB, 5)};
    byte[] config = random(4711, 6);
    List<Long> sizes = List.of(5L * MIB, 3L * MIB, (long) MIB);
    try (DozoConnection connection = fixture.connect(Role.ADMIN);
        RemoteSession session =
            connection.beginSession(
                ServerFixture.plan(
                    ServerFixture.VM, sizes, List.of(new FileSpec("config.xml", 4711))));
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      assertThat(session.latest()).isEmpty();
      List<Future<?>> pushes = new ArrayList<>();
      for (int i = 0; i < disks.length; i++) {
        ByteBuffer disk = ByteBuffer.wrap(disks[i]);
        RemoteStream stream = session.stream("disk" + i);
        pushes.add(threads.submit(pieces(stream, disk, 10_007 + i)));
      }
      pushes.add(
          threads.submit(pieces(session.stream("config.xml"), ByteBuffer.wrap(config), 100)));
      for (Future<?> push : pushes) {
        push.get();
      }
      RestorePointId point = session.commit(AS_BEGUN).restorePoint();
      for (int i = 0; i < disks.length; i++) {
        try (ChunkSource source = connection.openDisk(point, "disk" + i)) {
          assertThat(read(source)).isEqualTo(disks[i]);
        }
      }
      try (ChunkSource source = connection.openFile(point, "config.xml")) {
        assertThat(read(source)).isEqualTo(config);
      }
    }
  }

  private static Callable<Void> pieces(RemoteStream stream, ByteBuffer bytes, int pieceBytes) {
    return () -> {
      while (bytes.hasRemaining()) {
        int length = Math.min(pieceBytes, bytes.remaining());
        stream.data(bytes.slice(bytes.position(), length));
        bytes.position(bytes.position() + length);
      }
      stream.end();
      return null;
    };
  }

  @Test
  void storesNothingTwice() throws IOException {
    byte[] disk = random(6 * MIB, 7);
    try (DozoConnection connection = fixture.connect(Role.BACKUP)) {
      RestorePointId first = push(connection, disk);
      try (RemoteSession session = connection.beginSession(ServerFixture.plan(disk.length))) {
        assertThat(session.latest()).contains(first);
        session.stream("disk0").data(ByteBuffer.wrap(disk));
        session.stream("disk0").end();
        assertThat(session.commit(AS_BEGUN).statistics().newBytes()).isZero();
      }
    }
  }

  @Test
  void tellsHowFarASessionIs() throws IOException {
    byte[] disk = random(2 * MIB, 8);
    try (DozoConnection connection = fixture.connect(Role.BACKUP);
        RemoteSession session = connection.beginSession(ServerFixture.plan(4L * MIB))) {
      session.stream("disk0").data(ByteBuffer.wrap(disk));
      await().until(session::progress, progress -> progress.receivedBytes() == disk.length);
      assertThat(session.progress()).isNotEqualTo(Progress.NONE);
    }
  }

  @Test
  void listsWhatThereIs() throws IOException {
    try (DozoConnection connection = fixture.connect(Role.ADMIN)) {
      assertThat(connection.listVms()).isEmpty();
      List<RestorePointId> pushed = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        pushed.add(push(connection, random(1000 * 512, i)));
      }
      assertThat(connection.listVms())
          .singleElement()
          .satisfies(vm -> {
            assertThat(vm.id()).isEqualTo(ServerFixture.VM_ID);
            assertThat(vm.restorePoints()).isEqualTo(5);
            assertThat(vm.latestId()).isEqualTo(pushed.getLast());
          });
      assertThat(connection.listRestorePoints(new ListRestorePoints(null, null, null, null)))
          .extracting(RestorePoint::id)
          .isEqualTo(pushed);
      assertThat(
              connection.listRestorePoints(
                  new ListRestorePoints("default", ServerFixture.VM_ID, pushed.get(1), 2)))
          .extracting(RestorePoint::id)
          .isEqualTo(pushed.subList(2, 4));
      assertThat(connection.listRestorePoints(new ListRestorePoints("other", null, null, null)))
          .isEmpty();
    }
  }

  @Test
  @EnabledIf("hasEpoll")
  void letsTheServersOwnUserReadOverTheUnixSocket() throws IOException {
    byte[] disk = random(MIB, 9);
    RestorePointId point;
    try (DozoConnection backup = fixture.connect(Role.BACKUP)) {
      point = push(backup, disk);
    }
    ConnectionSettings settings = ConnectionSettings.unix(directory.resolve("dozo.sock"), "test");
    try (DozoConnection local = DozoConnection.connect(settings)) {
      assertThat(local.welcome().role()).isEqualTo(Role.RESTORE);
      assertThat(local.listVms()).extracting(VmSummary::name).containsExactly("web");
      try (ChunkSource source = local.openDisk(point, "disk0")) {
        assertThat(read(source)).isEqualTo(disk);
      }
    }
  }

  static boolean hasEpoll() {
    return Epoll.isAvailable();
  }
}
