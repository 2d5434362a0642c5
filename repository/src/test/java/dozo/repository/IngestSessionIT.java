package dozo.repository;

import static dozo.repository.TestRepository.commit;
import static dozo.repository.TestRepository.disk;
import static dozo.repository.TestRepository.feed;
import static dozo.repository.TestRepository.readDisk;
import static dozo.repository.TestRepository.readDisks;
import static dozo.repository.TestRepository.request;
import static dozo.repository.TestRepository.vm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.Fault;
import dozo.format.NoSpaceException;
import dozo.format.key.ReceiptVerifier;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.RestorePoint;
import dozo.repository.ingest.CommitDetails;
import dozo.repository.ingest.CommitReceipt;
import dozo.repository.ingest.IngestSession;
import dozo.repository.ingest.IngestStream;
import dozo.repository.storage.FaultyFiles;
import dozo.repository.storage.FaultyFiles.Event;
import dozo.repository.storage.FaultyFiles.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class IngestSessionIT {

  private final Path directory;
  private final FaultyFiles files = new FaultyFiles();
  private Repository repository;

  IngestSessionIT(@TempDir Path directory) throws IOException {
    this.directory = directory;
    TestRepository.create(directory);
    repository = open();
  }

  @BeforeEach
  void clearFaults() {
    files.failIf(event -> {});
  }

  @AfterEach
  void close() throws IOException {
    files.failIf(event -> {});
    repository.close();
  }

  private Repository open() throws IOException {
    return TestRepository.open(directory, TestRepository.options().withFiles(files));
  }

  private void reopen() throws IOException {
    repository.close();
    repository = open();
  }

  @Test
  void makesNoDifferenceHowBytesAreFramedAndZerosSent() throws IOException {
    byte[] content = disk(new Random(1), 5 << 20);
    Map<String, byte[]> disks = Map.of("disk0", content);
    List<RestorePoint> points = new ArrayList<>();
    for (int seed = 0; seed < 3; seed++) {
      try (IngestSession session = repository.beginSession(request(vm(1), disks, Map.of()))) {
        feedAtRandom(session.stream("disk0"), content, new Random(seed));
        points.add(commit(session).restorePoint());
      }
    }
    assertThat(points.stream().map(point -> point.disks().getFirst().map()).distinct()).hasSize(1);
    assertThat(readDisk(repository, points.getLast(), "disk0")).isEqualTo(content);
  }

  private static void feedAtRandom(IngestStream stream, byte[] content, Random random) {
    int at = 0;
    while (at < content.length) {
      int zeros = at;
      while (zeros < content.length && content[zeros] == 0) {
        zeros++;
      }
      if (zeros > at && random.nextBoolean()) {
        stream.zeros(zeros - at, () -> {});
        at = zeros;
      } else {
        int length = Math.min(content.length - at, 1 + random.nextInt(200_000));
        byte[] piece = java.util.Arrays.copyOfRange(content, at, at + length);
        stream.data(piece, 0, length, () -> random.nextBytes(piece));
        at += length;
      }
    }
    stream.end();
  }

  @Test
  void takesAnEmptyDiskAndOneOfZerosAndOneByte() throws IOException {
    Map<String, byte[]> disks = new LinkedHashMap<>();
    disks.put("empty", new byte[0]);
    disks.put("zeros", new byte[3 << 20]);
    disks.put("sector", new byte[512]);
    disks.get("sector")[511] = 1;

    RestorePoint point = TestRepository.backUp(repository, vm(1), disks, Map.of("f", new byte[1]));

    reopen();
    assertThat(readDisks(repository, point)).containsAllEntriesOf(disks);
    assertThat(point.disk("zeros").orElseThrow().map().dataBytes()).isZero();
  }

  @Test
  void storesOnceWhatParallelSessionsShare() throws Exception {
    byte[] shared = disk(new Random(2), 6 << 20);
    int sessions = 4;
    CountDownLatch start = new CountDownLatch(1);
    List<CompletableFuture<RestorePoint>> results = new ArrayList<>();
    for (int i = 0; i < sessions; i++) {
      byte[] own = disk(new Random(100 + i), 1 << 20);
      int number = i;
      CompletableFuture<RestorePoint> result = new CompletableFuture<>();
      results.add(result);
      Thread.ofPlatform()
          .start(() -> {
            try {
              start.await();
              Map<String, byte[]> disks = new TreeMap<>(Map.of("shared", shared, "own", own));
              result.complete(TestRepository.backUp(repository, vm(number), disks));
            } catch (Throwable e) {
              result.completeExceptionally(e);
            }
          });
    }
    start.countDown();
    long newChunks = 0;
    List<RestorePoint> points = new ArrayList<>();
    for (CompletableFuture<RestorePoint> result : results) {
      RestorePoint point = result.get(60, TimeUnit.SECONDS);
      points.add(point);
      newChunks += point.statistics().newChunks();
    }
    reopen();
    for (RestorePoint point : points) {
      assertThat(readDisk(repository, point, "shared")).isEqualTo(shared);
    }
    // Map nodes are in the packs as well; but no chunk is there twice.
    long stored = repository.statistics().indexedChunks();
    assertThat(repository.statistics().packs().chunks()).isEqualTo(stored);
    assertThat(newChunks).isLessThan(stored);
  }

  @Test
  void anAbortedSessionHarmsNoneThatFoundItsChunks() throws Exception {
    byte[] content = disk(new Random(3), 4 << 20);
    Map<String, byte[]> disks = Map.of("disk0", content);
    IngestSession first = repository.beginSession(request(vm(1), disks, Map.of()));
    byte[] most = java.util.Arrays.copyOf(content, content.length - 512);
    CountDownLatch taken = new CountDownLatch(1);
    first.stream("disk0").data(most, 0, most.length, taken::countDown);
    taken.await();

    try (IngestSession second = repository.beginSession(request(vm(2), disks, Map.of()))) {
      feed(second.stream("disk0"), content);
      CompletableFuture<CommitReceipt> receipt;
      first.close();
      receipt = second.commit(CommitDetails.AS_BEGUN);
      RestorePoint point = receipt.get(60, TimeUnit.SECONDS).restorePoint();

      assertThat(point.statistics().newBytes()).isLessThan(1 << 20);
      reopen();
      assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
    }
    assertThat(repository.restorePoints()).hasSize(1);
  }

  @Test
  void aCommitForcesOutWhatAnIdleSessionHolds() throws Exception {
    byte[] content = disk(new Random(4), 1 << 20);
    IngestSession idle =
        repository.beginSession(request(vm(1), Map.of("disk0", new byte[8 << 20]), Map.of()));
    CountDownLatch taken = new CountDownLatch(1);
    idle.stream("disk0").data(content, 0, content.length, taken::countDown);
    taken.await();

    RestorePoint point = TestRepository.backUp(repository, vm(2), Map.of("disk0", content));

    assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
    idle.close();
  }

  @Test
  void signsReceiptsOfTheManifestThatIsThere() throws Exception {
    byte[] content = disk(new Random(5), 1 << 20);
    Map<String, byte[]> disks = Map.of("disk0", content);
    try (IngestSession session = repository.beginSession(request(vm(1), disks, Map.of()))) {
      feed(session.stream("disk0"), content);
      CommitReceipt receipt = commit(session);

      Path manifest = directory.resolve("manifests/" + receipt.restorePoint().id() + ".manifest");
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(manifest));
      assertThat(receipt.manifestSha256()).isEqualTo(HexFormat.of().formatHex(hash));
      Base64.Decoder base64 = Base64.getDecoder();
      assertThat(
              new ReceiptVerifier(repository.identity().id(), base64.decode(receipt.publicKey()))
                  .verify(
                      receipt.restorePoint().id().uuid(), hash, base64.decode(receipt.signature())))
          .isTrue();
      assertThat(commit(session)).as("asked for again").isEqualTo(receipt);
      assertThat(repository.restorePoints()).hasSize(1);
    }
  }

  @Test
  void takesWhatTheCommitSaysInPlaceOfTheBeginning() throws Exception {
    Map<String, byte[]> disks = Map.of("disk0", new byte[512]);
    try (IngestSession session = repository.beginSession(request(vm(1), disks, Map.of()))) {
      feed(session.stream("disk0"), new byte[512]);
      TreeMap<String, String> attributes = new TreeMap<>(Map.of("source", "test"));

      RestorePoint point =
          session
              .commit(new CommitDetails(Consistency.NONE, attributes))
              .get(60, TimeUnit.SECONDS)
              .restorePoint();

      assertThat(point.attributes()).isEqualTo(attributes);
    }
  }

  @Test
  void publishesPacksThenTheManifestThenGivesTheReceipt() throws IOException {
    TestRepository.backUp(repository, vm(1), Map.of("disk0", disk(new Random(6), 5 << 20)));
    List<Event> events = files.events();

    int manifest = indexOf(events, Operation.RENAME, ".manifest");
    assertThat(events.subList(manifest + 1, events.size()))
        .as("nothing but the manifest's directory follows it")
        .containsExactly(new Event(Operation.SYNC_DIRECTORY, directory.resolve("manifests")));
    int packs = 0;
    for (int i = 0; i < manifest; i++) {
      if (events.get(i).is(Operation.RENAME, ".pack")) {
        Path group = events.get(i).path().resolveSibling(".").normalize();
        assertThat(events.subList(i, manifest))
            .contains(new Event(Operation.SYNC_DIRECTORY, group));
        packs++;
      }
    }
    assertThat(packs).isGreaterThan(2);
  }

  private static int indexOf(List<Event> events, Operation operation, String suffix) {
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i).is(operation, suffix)) {
        return i;
      }
    }
    throw new AssertionError("No " + operation + " of " + suffix);
  }

  @Test
  void rejectsMoreOrLessThanWasAnnounced() throws IOException {
    Map<String, byte[]> disks = Map.of("disk0", new byte[1024]);
    try (IngestSession session = repository.beginSession(request(vm(1), disks, Map.of()))) {
      IngestStream stream = session.stream("disk0");
      stream.zeros(512, () -> {});

      assertThatThrownBy(stream::end).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> stream.zeros(513, () -> {}))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> stream.data(new byte[600], 0, 600, () -> {}))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> session.commit(CommitDetails.AS_BEGUN))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> session.stream("disk1"))
          .isInstanceOf(IllegalArgumentException.class);

      stream.zeros(512, () -> {});
      stream.end();
      assertThat(commit(session).restorePoint().disks()).hasSize(1);
      assertThatThrownBy(() -> stream.zeros(1, () -> {}))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void releasesEveryBufferOfASessionThatEndsEarly() throws Exception {
    Map<String, byte[]> disks = Map.of("disk0", new byte[64 << 20]);
    int pieces = 256;
    CountDownLatch released = new CountDownLatch(pieces);
    try (IngestSession session = repository.beginSession(request(vm(1), disks, Map.of()))) {
      Random random = new Random(7);
      for (int i = 0; i < pieces; i++) {
        byte[] piece = new byte[(64 << 20) / pieces];
        random.nextBytes(piece);
        session.stream("disk0").data(piece, 0, piece.length, released::countDown);
      }
    }
    assertThat(released.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(repository.restorePoints()).isEmpty();
    assertThat(repository.sessions()).isEmpty();
  }

  @Test
  void aWriteThatFailsBreaksTheWriterForGood() throws Exception {
    RestorePoint before =
        TestRepository.backUp(repository, vm(1), Map.of("disk0", disk(new Random(8), 2 << 20)));
    AtomicInteger failures = new AtomicInteger();
    files.failIf(event -> {
      if (event.operation() == Operation.SYNC && failures.getAndIncrement() == 0) {
        throw new IOException("injected");
      }
    });

    assertThatThrownBy(() ->
            TestRepository.backUp(repository, vm(1), Map.of("disk0", disk(new Random(9), 2 << 20))))
        .hasMessageContaining("injected");
    assertThatThrownBy(() ->
            TestRepository.backUp(
                repository, vm(1), Map.of("disk0", disk(new Random(10), 1 << 20))))
        .hasMessageContaining("a write has failed");
    assertThat(readDisk(repository, before, "disk0")).hasSize(2 << 20);

    reopen();
    assertThat(repository.restorePoints()).isEqualTo(List.of(before));
    TestRepository.backUp(repository, vm(1), Map.of("disk0", disk(new Random(9), 2 << 20)));
  }

  @ParameterizedTest
  @EnumSource(names = {"CREATE", "APPEND", "SYNC", "RENAME", "SYNC_DIRECTORY"})
  void aManifestThatCannotBeWrittenStopsAllThatFollow(Operation failing) throws Exception {
    byte[] content = disk(new Random(8), 1 << 20);
    RestorePoint before = TestRepository.backUp(repository, vm(1), Map.of("disk0", content));
    AtomicInteger failures = new AtomicInteger();
    files.failIf(event -> {
      if (event.operation() == failing && failures.getAndIncrement() == 0) {
        throw new IOException("injected");
      }
    });

    Map<String, byte[]> disks = Map.of("disk0", content);
    try (IngestSession open = repository.beginSession(request(vm(2), disks, Map.of()))) {
      feed(open.stream("disk0"), content);
      assertThatThrownBy(() -> TestRepository.backUp(repository, vm(1), Map.of("disk0", content)))
          .as("a backup of known data, which writes nothing but its manifest")
          .hasMessageContaining("injected");
      assertThatThrownBy(() -> TestRepository.commit(open))
          .hasMessageContaining("No restore point can be made");
    }
    assertThatThrownBy(() -> TestRepository.backUp(repository, vm(1), Map.of("disk0", content)))
        .hasMessageContaining("a write has failed");
    assertThat(repository.restorePoints()).isEqualTo(List.of(before));

    reopen();
    assertThat(repository.restorePoints()).isEqualTo(List.of(before));
    TestRepository.backUp(repository, vm(1), Map.of("disk0", content));
  }

  @Test
  void whoeverHearsOfAFailureFindsTheWriterBroken() throws Exception {
    files.failIf(event -> {
      if (event.is(Operation.CREATE, ".tmp")) {
        throw new IOException("injected");
      }
    });
    byte[] content = disk(new Random(8), 1 << 20);
    Map<String, byte[]> disks = Map.of("disk0", content);
    AtomicReference<String> answer = new AtomicReference<>("");
    CountDownLatch told = new CountDownLatch(1);
    try (IngestSession session = repository.beginSession(request(vm(1), disks, Map.of()))) {
      session
          .failure()
          .whenComplete((nothing, failure) -> {
            try {
              repository.beginSession(request(vm(2), disks, Map.of())).close();
            } catch (IOException e) {
              answer.set(String.valueOf(e.getMessage()));
            }
            told.countDown();
          });
      feed(session.stream("disk0"), content);

      assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(answer.get()).contains("a write has failed");
  }

  @Test
  void aFullDiskFailsTheSessionsOfItsPackAndNoLaterOnes() throws Exception {
    files.failIf(event -> {
      if (event.operation() == Operation.APPEND) {
        throw new NoSpaceException(Fault.of("injected"));
      }
    });
    byte[] content = disk(new Random(11), 2 << 20);
    IngestSession session =
        repository.beginSession(request(vm(1), Map.of("disk0", content), Map.of()));
    feed(session.stream("disk0"), content);
    assertThatThrownBy(() -> session.commit(CommitDetails.AS_BEGUN).get(60, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(NoSpaceException.class);
    assertThatThrownBy(() -> session.failure().toCompletableFuture().get(1, TimeUnit.SECONDS))
        .hasCauseInstanceOf(NoSpaceException.class);

    files.failIf(event -> {});
    RestorePoint point = TestRepository.backUp(repository, vm(1), Map.of("disk0", content));
    assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
    repository.close();
    assertThat(directory.resolve("tmp")).isEmptyDirectory();
  }

  @Test
  void closingAbortsWhatIsOpenAndKeepsWhatCommits() throws Exception {
    byte[] content = disk(new Random(12), 3 << 20);
    Map<String, byte[]> disks = Map.of("disk0", content);
    IngestSession open = repository.beginSession(request(vm(1), disks, Map.of()));
    IngestSession committing = repository.beginSession(request(vm(2), disks, Map.of()));
    feed(committing.stream("disk0"), content);
    CompletableFuture<CommitReceipt> receipt = committing.commit(CommitDetails.AS_BEGUN);

    reopen();

    assertThat(receipt).isCompleted();
    assertThat(open.failure().toCompletableFuture()).isCompleted();
    assertThat(repository.restorePoints()).containsExactly(receipt.get().restorePoint());
    assertThat(readDisk(repository, receipt.get().restorePoint(), "disk0")).isEqualTo(content);
  }
}
