package dozo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.disk.ChunkSource;
import dozo.format.disk.Extent;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.VmRef;
import dozo.protocol.Protocol;
import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.protocol.client.DozoConnection;
import dozo.protocol.client.RemoteSession;
import dozo.protocol.client.RemoteStream;
import dozo.protocol.message.SessionMessage.Commit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Many clients at a time, and event loops that never wait for any of them. */
@ExtendWith(LeakCheck.class)
class ParallelIT {

  private static final int SESSIONS = 20;
  private static final int CONNECTIONS = 4;
  private static final int DISK_BYTES = 3 << 20;

  @TempDir Path directory;

  @Test
  void servesTwentySessionsSideBySide() throws Exception {
    try (ServerFixture fixture = ServerFixture.start(directory);
        LoopWatchdog watchdog = new LoopWatchdog();
        ExecutorService threads = Executors.newFixedThreadPool(SESSIONS)) {
      assertThat(watchdog).isNotNull();
      Secret token = fixture.token(Role.ADMIN);
      List<DozoConnection> connections = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        connections.add(fixture.connect(token));
      }
      List<Future<RestorePointId>> pushes = new ArrayList<>();
      for (int i = 0; i < SESSIONS; i++) {
        int vm = i;
        DozoConnection connection = connections.get(i % CONNECTIONS);
        pushes.add(threads.submit(() -> push(connection, vm)));
      }
      List<Future<byte[]>> reads = new ArrayList<>();
      for (int i = 0; i < SESSIONS; i++) {
        RestorePointId point = pushes.get(i).get();
        DozoConnection connection = connections.get((i + 1) % CONNECTIONS);
        reads.add(threads.submit(() -> read(connection, point)));
      }
      for (int i = 0; i < SESSIONS; i++) {
        assertThat(reads.get(i).get()).as("disk of VM %d", i).isEqualTo(disk(i));
      }
      for (DozoConnection connection : connections) {
        connection.close();
      }
      assertThat(fixture.repository().restorePoints()).hasSize(SESSIONS);
    }
  }

  private static byte[] disk(int vm) {
    byte[] disk = new byte[DISK_BYTES];
    new Random(vm).nextBytes(disk);
    return disk;
  }

  private static RestorePointId push(DozoConnection connection, int vm) throws IOException {
    VmRef ref = new VmRef("default", new UUID(9, vm), "vm" + vm, "hv1");
    try (RemoteSession session =
        connection.beginSession(ServerFixture.plan(ref, List.of((long) DISK_BYTES), List.of()))) {
      RemoteStream stream = session.stream("disk0");
      stream.data(ByteBuffer.wrap(disk(vm)));
      stream.end();
      return session.commit(new Commit(null, null)).restorePoint();
    }
  }

  private static byte[] read(DozoConnection connection, RestorePointId point) throws IOException {
    byte[] bytes = new byte[DISK_BYTES];
    try (ChunkSource source = connection.openDisk(point, "disk0")) {
      List<Extent> chunks = source.extents(0, Protocol.MAXIMUM_EXTENTS);
      source.fetch(
          chunks,
          (index, plain) ->
              plain.get(bytes, Math.toIntExact(chunks.get(index).offset()), plain.remaining()));
    }
    return bytes;
  }
}
