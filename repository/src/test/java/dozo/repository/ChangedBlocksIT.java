package dozo.repository;

import static dozo.repository.TestRepository.vm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.BaseMismatchException;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.DiskGeometry;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.VmRef;
import dozo.repository.ingest.BaseRef;
import dozo.repository.ingest.DiskSpec;
import dozo.repository.ingest.IngestSession;
import dozo.repository.ingest.IngestStream;
import dozo.repository.ingest.SessionRequest;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangedBlocksIT {

  private static final int MIB = 1 << 20;
  private static final int PIECE = 64 << 10;

  @TempDir private Path directory;
  private Repository repository;
  private byte[] old;
  private RestorePoint base;

  @BeforeEach
  void backUpBase() throws Exception {
    TestRepository.create(directory);
    repository = TestRepository.open(directory);
    old = new byte[12 * MIB];
    new Random(1).nextBytes(old);
    Arrays.fill(old, 5 * MIB, 8 * MIB, (byte) 0);
    base = TestRepository.backUp(repository, vm(1), Map.of("disk0", old));
  }

  @AfterEach
  void close() throws Exception {
    repository.close();
  }

  private static SessionRequest request(VmRef vm, int size, RestorePointId base) {
    return new SessionRequest(
        vm,
        "default",
        List.of(
            new DiskSpec(
                "disk0",
                new DiskGeometry(size, 512, 4096),
                new UUID(1, 2),
                Optional.of(new BaseRef(base, "disk0")))),
        List.of(),
        Consistency.NONE,
        new TreeMap<>());
  }

  /** Sends what differs, piece by piece, and keeps the rest. */
  private void send(IngestStream stream, byte[] now) {
    for (int at = 0; at < now.length; at += PIECE) {
      int end = Math.min(now.length, at + PIECE);
      if (end <= old.length && Arrays.equals(old, at, end, now, at, end)) {
        stream.keep(end - at, () -> {});
      } else {
        stream.data(Arrays.copyOfRange(now, at, end), 0, end - at, () -> {});
      }
    }
    stream.end();
  }

  @Test
  void makesTheRestorePointThatSendingEverythingWouldMake() throws Exception {
    for (int seed = 0; seed < 12; seed++) {
      Random random = new Random(seed);
      byte[] now = Arrays.copyOf(old, old.length + (seed % 3 - 1) * 512 * random.nextInt(2000));
      for (int i = 0; i < 5; i++) {
        byte[] change = new byte[1 + random.nextInt(100_000)];
        if (i > 0) {
          random.nextBytes(change);
        }
        System.arraycopy(change, 0, now, random.nextInt(now.length - change.length), change.length);
      }
      RestorePoint spliced;
      try (IngestSession session = repository.beginSession(request(vm(1), now.length, base.id()))) {
        IngestStream stream = session.stream("disk0");
        assertThat(stream.noBase()).isEmpty();
        assertThat(stream.baseBytes()).isEqualTo(old.length);
        send(stream, now);
        spliced = TestRepository.commit(session).restorePoint();
      }
      RestorePoint whole = TestRepository.backUp(repository, vm(2), Map.of("disk0", now));
      assertThat(spliced.disks().getFirst().map())
          .as("seed %d", seed)
          .isEqualTo(whole.disks().getFirst().map());
      assertThat(whole.statistics().newBytes()).as("all of it was there").isZero();
      assertThat(TestRepository.readDisk(repository, spliced, "disk0")).isEqualTo(now);
    }
  }

  @Test
  void storesAndReadsOnlyAroundWhatChanged() throws Exception {
    byte[] now = old.clone();
    new Random(2).nextBytes(now);
    System.arraycopy(old, 0, now, 0, 3 * MIB);
    System.arraycopy(old, 3 * MIB + 4096, now, 3 * MIB + 4096, old.length - 3 * MIB - 4096);
    try (IngestSession session = repository.beginSession(request(vm(1), now.length, base.id()))) {
      send(session.stream("disk0"), now);
      RestorePoint point = TestRepository.commit(session).restorePoint();
      assertThat(point.statistics().readBytes()).isLessThan(MIB);
      assertThat(point.statistics().newBytes()).isBetween(4096L, 300_000L);
      assertThat(session.progress().acceptedBytes()).isEqualTo(now.length);
      assertThat(point.disks().getFirst().map().dataBytes())
          .isEqualTo(base.disks().getFirst().map().dataBytes());
    }
  }

  @Test
  void takesNoBaseThatIsNotThereOrOfAnotherVm() throws Exception {
    RestorePoint other = TestRepository.backUp(repository, vm(9), Map.of("disk0", old));
    RestorePointId unknown = RestorePointId.parse("0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b");
    for (RestorePointId id : List.of(other.id(), unknown)) {
      try (IngestSession session = repository.beginSession(request(vm(1), old.length, id))) {
        IngestStream stream = session.stream("disk0");
        assertThat(stream.noBase()).isPresent();
        assertThat(stream.baseBytes()).isZero();
        assertThatThrownBy(() -> stream.keep(1, () -> {})).hasMessageContaining("no base");
        TestRepository.feed(stream, old);
        RestorePoint point = TestRepository.commit(session).restorePoint();
        assertThat(point.disks().getFirst().map()).isEqualTo(base.disks().getFirst().map());
      }
    }
  }

  @Test
  void keepsTheBaseWhileTheSessionLasts() throws Exception {
    TestRepository.backUp(repository, vm(1), Map.of("disk0", new byte[4096]));
    try (IngestSession session = repository.beginSession(request(vm(1), old.length, base.id()))) {
      assertThatThrownBy(() -> repository.pruner().forget(base.id()))
          .isInstanceOf(IllegalStateException.class);
      send(session.stream("disk0"), old);
      TestRepository.commit(session);
    }
    repository.pruner().forget(base.id());
    assertThat(repository.restorePoint(base.id())).isEmpty();
  }

  @Test
  void comparesSamplesWithTheBase() throws Exception {
    try (IngestSession session = repository.beginSession(request(vm(1), old.length, base.id()))) {
      IngestStream stream = session.stream("disk0");
      CountDownLatch compared = new CountDownLatch(2);
      stream.check(4 * MIB, 2 * MIB, sha256(old, 4 * MIB, 2 * MIB), compared::countDown);
      stream.check(77, PIECE, sha256(old, 77, PIECE), compared::countDown);
      assertThat(compared.await(20, TimeUnit.SECONDS)).isTrue();
      send(stream, old);
      TestRepository.commit(session);
    }
    int before = repository.restorePoints().size();
    try (IngestSession session = repository.beginSession(request(vm(1), old.length, base.id()))) {
      IngestStream stream = session.stream("disk0");
      stream.check(MIB, PIECE, sha256(old, MIB + 1, PIECE), () -> {});
      send(stream, old);
      assertThatThrownBy(() -> TestRepository.commit(session))
          .isInstanceOf(BaseMismatchException.class)
          .hasMessageContaining("offset " + MIB);
    }
    assertThat(repository.restorePoints()).hasSize(before);
  }

  @Test
  void refusesRangesThatTheBaseDoesNotHave() throws Exception {
    try (IngestSession session =
        repository.beginSession(request(vm(1), old.length + MIB, base.id()))) {
      IngestStream stream = session.stream("disk0");
      assertThatThrownBy(() -> stream.keep(old.length + 1L, () -> {}))
          .hasMessageContaining("no base with");
      assertThatThrownBy(() -> stream.check(old.length, 1, "", () -> {}))
          .hasMessageContaining("no base with");
      stream.keep(old.length, () -> {});
      assertThatThrownBy(() -> stream.keep(1, () -> {})).hasMessageContaining("no base with");
      stream.zeros(MIB, () -> {});
      stream.end();
      RestorePoint point = TestRepository.commit(session).restorePoint();
      assertThat(TestRepository.readDisk(repository, point, "disk0"))
          .isEqualTo(Arrays.copyOf(old, old.length + MIB));
    }
  }

  private static String sha256(byte[] bytes, int from, int length) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(bytes, from, length);
    return HexFormat.of().formatHex(digest.digest());
  }
}
