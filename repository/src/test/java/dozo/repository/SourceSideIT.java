package dozo.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.awaitility.Awaitility.await;

import dozo.format.ChunkId;
import dozo.format.chunk.Algorithm;
import dozo.format.chunk.ChunkerParameters;
import dozo.format.disk.Extent;
import dozo.format.manifest.RepositoryParameters;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.VmRef;
import dozo.repository.ingest.AnnouncementListener;
import dozo.repository.ingest.IngestSession;
import dozo.repository.ingest.IngestStream;
import dozo.repository.ingest.RejectedClientException;
import dozo.repository.ingest.SessionRequest;
import dozo.repository.ingest.Verdict;
import dozo.repository.sweep.SweepFixture;
import dozo.repository.sweep.SweepListener;
import dozo.repository.verify.VerifyListener;
import dozo.repository.verify.VerifyRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions whose chunks are cut and named by the client. */
class SourceSideIT {

  private static final VmRef VM = TestRepository.vm(1);
  private static final VmRef OTHER_VM = TestRepository.vm(2);
  private static final int DISK_BYTES = 6 << 20;

  @TempDir Path directory;

  private static Map<String, byte[]> disk(byte[] content) {
    return Map.of("disk0", content);
  }

  /** Random bytes, which nothing has. */
  private static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static Throwable failure(IngestSession session) throws Exception {
    try {
      session.failure().toCompletableFuture().get(60, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      return Objects.requireNonNull(e.getCause());
    }
    throw new AssertionError("The session has not failed");
  }

  private static final class Unheard implements AnnouncementListener {
    @Override
    public void judged(long offset, List<Verdict> verdicts) {}

    @Override
    public void settled(int runs) {}
  }

  private static void assertRejected(IngestSession session, String why) throws Exception {
    assertThat(failure(session))
        .isInstanceOf(RejectedClientException.class)
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fastcdc2020", "blockaligned", "fixed"})
  void makesTheRestorePointThatBytesMake(String algorithm) throws IOException {
    RepositoryParameters parameters =
        new RepositoryParameters(
            ChunkerParameters.of(Algorithm.parse(algorithm), 16 << 10), 64 << 10, 1 << 20);
    long seed = Long.getLong("dozo.test.seed", System.nanoTime());
    System.out.printf("SourceSideIT: rerun with -Ddozo.test.seed=%d%n", seed);
    Random random = new Random(seed);
    for (int round = 0; round < 4; round++) {
      int size = DISK_BYTES - 512 * random.nextInt(20) * (round % 2);
      byte[] content = TestRepository.disk(random, size);
      RestorePoint byBytes;
      Path streamed = directory.resolve("stream" + round);
      TestRepository.create(streamed, parameters);
      try (Repository repository = TestRepository.open(streamed)) {
        byBytes = TestRepository.backUp(repository, VM, disk(content));
      }
      Path deduplicated = directory.resolve("source" + round);
      TestRepository.create(deduplicated, parameters);
      try (Repository repository = TestRepository.open(deduplicated)) {
        RestorePoint byChunks = SourceClient.backUp(repository, VM, disk(content));
        assertThat(byChunks.statistics().newChunks()).isEqualTo(byBytes.statistics().newChunks());
        assertThat(byChunks.statistics().newBytes()).isEqualTo(byBytes.statistics().newBytes());
        // The ids in the segments are others, and compress to a few bytes more or less.
        assertThat(byChunks.statistics().storedBytes())
            .isCloseTo(byBytes.statistics().storedBytes(), withinPercentage(1));
        // Maps of two repositories have no id in common: the same bytes again show that it is one.
        RestorePoint again = TestRepository.backUp(repository, VM, disk(content));
        assertThat(again.disks().getFirst().map()).isEqualTo(byChunks.disks().getFirst().map());
        assertThat(again.statistics().newChunks()).isZero();
        assertThat(TestRepository.readDisk(repository, byChunks, "disk0")).isEqualTo(content);
      }
    }
  }

  @Nested
  class WithARestorePoint {

    private final byte[] content = TestRepository.disk(new Random(7), DISK_BYTES);
    private Repository repository;
    private RestorePoint first;

    @BeforeEach
    void backUp() throws IOException {
      TestRepository.create(directory);
      repository = TestRepository.open(directory);
      first = TestRepository.backUp(repository, VM, disk(content));
    }

    @AfterEach
    void close() throws IOException {
      repository.close();
    }

    private SourceClient client(IngestSession session, byte[] bytes) throws IOException {
      return new SourceClient(session, session.stream("disk0"), bytes);
    }

    private RestorePoint finish(IngestSession session, SourceClient client) throws IOException {
      client.bring();
      return TestRepository.commit(session).restorePoint();
    }

    private void assertSameMap(RestorePoint point) {
      assertThat(point.disks().getFirst().map()).isEqualTo(first.disks().getFirst().map());
    }

    @Test
    void takesWhatLiesAtTheSamePlaceOfTheSameDiskWithoutAProof() throws IOException {
      try (IngestSession session = SourceClient.begin(repository, VM, disk(content))) {
        SourceClient client = client(session, content);
        while (client.announceSome()) {}
        assertThat(client.toSend()).isEmpty();
        assertThat(client.toProve()).isEmpty();
        assertThat(client.taken()).isEqualTo(client.runs().size());
        assertSameMap(finish(session, client));
      }
    }

    @Test
    void wantsAProofForWhatAnotherVmHas() throws IOException {
      try (IngestSession session = SourceClient.begin(repository, OTHER_VM, disk(content))) {
        SourceClient client = client(session, content);
        client.announceSome();
        assertThat(client.toSend()).isEmpty();
        assertThat(client.toProve()).isNotEmpty();
        client.sendAndProve();
        RestorePoint point = finish(session, client);
        assertSameMap(point);
        assertThat(point.statistics().newChunks()).isZero();
      }
    }

    @Test
    void wantsWhatChangedAndNothingElse() throws IOException {
      byte[] changed = content.clone();
      new Random(8).nextBytes(changed);
      System.arraycopy(content, 0, changed, 0, 2 << 20);
      try (IngestSession session = SourceClient.begin(repository, VM, disk(changed))) {
        SourceClient client = client(session, changed);
        RestorePoint point = finish(session, client);
        assertThat(client.taken()).isPositive();
        assertThat(point.statistics().newBytes())
            .isBetween((4L << 20) - (1 << 17), (4L << 20) + (1 << 17));
        assertThat(TestRepository.readDisk(repository, point, "disk0")).isEqualTo(changed);
      }
    }

    @Test
    void refusesAClientThatKnowsOnlyTheId() throws Exception {
      try (IngestSession session = SourceClient.begin(repository, OTHER_VM, disk(content))) {
        SourceClient client = client(session, content);
        client.announceSome();
        // The id is the most that it can know that depends on the content.
        client.prove(client.toProve().stream().map(Extent::id).toList());
        assertRejected(session, "proof is wrong");
      }
    }

    @Test
    void refusesAProofOfAnotherSession() throws Exception {
      List<ChunkId> proofs;
      try (IngestSession session = SourceClient.begin(repository, OTHER_VM, disk(content))) {
        SourceClient client = client(session, content);
        client.announceSome();
        proofs = client.toProve().stream().map(client::proof).toList();
      }
      try (IngestSession session = SourceClient.begin(repository, OTHER_VM, disk(content))) {
        SourceClient client = client(session, content);
        client.announceSome();
        assertThat(client.toProve()).hasSameSizeAs(proofs);
        client.prove(proofs);
        assertRejected(session, "proof is wrong");
      }
    }

    @Test
    void refusesAnotherLengthForAChunk() throws Exception {
      try (IngestSession session = SourceClient.begin(repository, VM, disk(content))) {
        SourceClient honest = client(session, content);
        Extent chunk =
            honest.runs().stream().filter(run -> !run.isHole()).findFirst().orElseThrow();
        honest.runs().clear();
        long length = chunk.lengthBytes() - 1;
        honest.runs().add(new Extent(0, length, chunk.id()));
        honest.announceSome();
        assertThat(honest.toProve()).hasSize(1);
        honest.prove(List.of(honest.proof(chunk)));
        assertRejected(session, "proof is wrong");
      }
    }

    @Test
    void refusesAChunkOfAnotherDomainEvenFromWhomHasItsContent() throws Exception {
      byte[] foreign = random(99, DISK_BYTES);
      ChunkId id;
      SessionRequest plain = TestRepository.request(OTHER_VM, disk(foreign), Map.of());
      SessionRequest elsewhere =
          new SessionRequest(
              plain.vm(),
              "elsewhere",
              plain.disks(),
              plain.files(),
              plain.consistency(),
              plain.attributes());
      try (IngestSession session = SourceClient.begin(repository, elsewhere)) {
        SourceClient client = client(session, foreign);
        id = client.runs().getFirst().id();
        finish(session, client);
      }
      try (IngestSession session = SourceClient.begin(repository, VM, disk(foreign))) {
        SourceClient client = client(session, foreign);
        Extent run = client.runs().getFirst();
        assertThat(run.id()).isNotEqualTo(id);
        client.runs().set(0, new Extent(0, run.lengthBytes(), id));
        client.announceSome();
        assertThat(client.toProve()).hasSize(1);
        client.prove(List.of(client.proof(run)));
        assertRejected(session, "proof is wrong");
      }
    }

    @Test
    void refusesContentThatIsNotWhatItsIdSays() throws Exception {
      byte[] fresh = random(3, DISK_BYTES);
      try (IngestSession session = SourceClient.begin(repository, VM, disk(fresh))) {
        SourceClient client = client(session, fresh);
        client.announceSome();
        byte[] wrong = client.bytes(client.toSend().getFirst());
        wrong[wrong.length / 2] ^= 1;
        client.send(1, wrong.length, false, wrong);
        assertRejected(session, "came other bytes");
      }
    }

    @Test
    void refusesFramesThatLieAboutTheirLength() throws Exception {
      byte[] fresh = random(4, DISK_BYTES);
      try (IngestSession session = SourceClient.begin(repository, VM, disk(fresh))) {
        SourceClient client = client(session, fresh);
        client.announceSome();
        client.send(1, 1 << 20, true, new byte[] {1, 2, 3});
        assertRejected(session, "does not unpack");
      }
      try (IngestSession session = SourceClient.begin(repository, VM, disk(fresh))) {
        SourceClient client = client(session, fresh);
        client.announceSome();
        byte[] one = client.bytes(client.toSend().getFirst());
        byte[] more = Arrays.copyOf(one, one.length + 1);
        client.send(1, more.length, false, more);
        assertRejected(session, "More bytes came");
      }
    }

    @Test
    void refusesChunksThatItDidNotWant() throws Exception {
      try (IngestSession session = SourceClient.begin(repository, VM, disk(content))) {
        SourceClient client = client(session, content);
        client.announceSome();
        client.send(List.of(client.runs().getFirst()));
        assertRejected(session, "are wanted");
      }
    }

    @Test
    void refusesChunksLongerThanTheChunkerMakes() throws Exception {
      try (IngestSession session = SourceClient.begin(repository, VM, disk(content))) {
        session.stream("disk0")
            .announce(
                List.of(new Extent(0, (64 << 10) + 1, TestRepository.strangeId())),
                client(session, content));
        assertRejected(session, "at most");
      }
    }

    @Test
    void refusesBytesAndTheEndWhileSomethingIsOwed() throws Exception {
      byte[] fresh = random(5, DISK_BYTES);
      try (IngestSession session = SourceClient.begin(repository, VM, disk(fresh))) {
        SourceClient client = client(session, fresh);
        client.announceSome();
        session.stream("disk0").data(new byte[1], 0, 1, () -> {});
        assertRejected(session, "still owed");
      }
      try (IngestSession session = SourceClient.begin(repository, VM, disk(fresh))) {
        SourceClient client = client(session, fresh);
        while (client.announceSome()) {}
        session.stream("disk0").end();
        assertRejected(session, "still owed");
      }
    }

    @Test
    void goesOnWithBytesWhereACutIs() throws Exception {
      byte[] fresh = TestRepository.disk(new Random(12), DISK_BYTES);
      RestorePoint mixed;
      try (IngestSession session = SourceClient.begin(repository, VM, disk(fresh))) {
        SourceClient client = client(session, fresh);
        client.announceSome();
        client.sendAndProve();
        IngestStream stream = session.stream("disk0");
        int from = (int) stream.acceptedBytes();
        assertThat(from).isBetween(1, DISK_BYTES - 1);
        stream.data(fresh, from, fresh.length - from, () -> {});
        assertThat(stream.takesChunks()).isFalse();
        stream.end();
        mixed = TestRepository.commit(session).restorePoint();
      }
      RestorePoint whole = TestRepository.backUp(repository, OTHER_VM, disk(fresh));
      assertThat(mixed.disks().getFirst().map()).isEqualTo(whole.disks().getFirst().map());
    }

    @Test
    void goesBackToWhatIsOwedForAClientThatWasAway() throws Exception {
      byte[] fresh = TestRepository.disk(new Random(13), DISK_BYTES);
      RestorePoint resumed;
      try (IngestSession session = SourceClient.begin(repository, VM, disk(fresh))) {
        IngestStream stream = session.stream("disk0");
        SourceClient lost = client(session, fresh);
        lost.announceSome();
        lost.sendAndProve();
        lost.announceSome();
        lost.announceSome();
        int wanted = lost.toSend().size() + lost.toProve().size();
        Extent owed =
            Stream.concat(lost.toSend().stream(), lost.toProve().stream())
                .min((a, b) -> Long.compare(a.offset(), b.offset()))
                .orElseThrow();
        int before = lost.settled();
        CountDownLatch rewound = new CountDownLatch(1);
        stream.rewind(rewound::countDown);
        assertThat(rewound.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(stream.acceptedBytes()).isEqualTo(owed.offset());
        await().until(() -> lost.settled() == before + wanted);
        resumed = finish(session, client(session, fresh));
      }
      assertThat(session(resumed)).isEqualTo(fresh);
      RestorePoint whole = TestRepository.backUp(repository, OTHER_VM, disk(fresh));
      assertThat(resumed.disks().getFirst().map()).isEqualTo(whole.disks().getFirst().map());
    }

    private byte[] session(RestorePoint point) throws IOException {
      return TestRepository.readDisk(repository, point, "disk0");
    }

    @Test
    void wantsDamagedChunksAgain() throws Exception {
      repository.close();
      List<Path> packs;
      try (Stream<Path> files = Files.walk(directory.resolve("packs"))) {
        packs = files.filter(file -> file.toString().endsWith(".pack")).sorted().toList();
      }
      for (Path pack : packs) {
        byte[] bytes = Files.readAllBytes(pack);
        bytes[300] ^= 4;
        Files.write(pack, bytes);
      }
      repository = TestRepository.open(directory);
      repository.verify(VerifyRequest.all(true), VerifyListener.NONE);
      try (IngestSession session = SourceClient.begin(repository, VM, disk(content))) {
        SourceClient client = client(session, content);
        while (client.announceSome()) {}
        assertThat(client.toSend()).isNotEmpty();
        assertThat(client.toSend().size()).isLessThan(client.runs().size());
        client.sendAndProve();
        RestorePoint healed = finish(session, client);
        assertThat(session(healed)).isEqualTo(content);
      }
      assertThat(session(first)).isEqualTo(content);
    }

    @Test
    void keepsFromTheSweepWhatItWasToldIsThere() throws Exception {
      try (IngestSession session = SourceClient.begin(repository, OTHER_VM, disk(content))) {
        SourceClient client = client(session, content);
        while (client.announceSome()) {}
        int known = client.toProve().size();
        assertThat(known).isPositive();
        repository.pruner().forget(first.id());
        repository.sweeper().sweep(SweepFixture.THOROUGH, SweepListener.NONE);
        repository.sweeper().sweep(SweepFixture.THOROUGH, SweepListener.NONE);
        client.sendAndProve();
        RestorePoint point = finish(session, client);
        assertThat(session(point)).isEqualTo(content);
      }
    }

    @Test
    void givesNoTermsToWhomDoesNotAsk() throws IOException {
      try (IngestSession session =
          repository.beginSession(TestRepository.request(VM, disk(content), Map.of()))) {
        assertThat(session.source()).isEmpty();
        assertThat(session.stream("disk0").takesChunks()).isFalse();
        assertThatExceptionOfType(IllegalStateException.class)
            .isThrownBy(() ->
                session.stream("disk0")
                    .announce(List.of(new Extent(0, 1, Extent.HOLE)), new Unheard()));
      }
    }
  }
}
