package dozo.repository.sweep;

import static dozo.repository.TestRepository.backUp;
import static dozo.repository.TestRepository.commit;
import static dozo.repository.TestRepository.feed;
import static dozo.repository.TestRepository.readDisk;
import static dozo.repository.TestRepository.request;
import static dozo.repository.TestRepository.vm;
import static dozo.repository.sweep.SweepFixture.THOROUGH;
import static dozo.repository.sweep.SweepFixture.bytes;
import static dozo.repository.sweep.SweepFixture.requireNoLeak;
import static dozo.repository.sweep.SweepFixture.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dozo.format.manifest.RestorePoint;
import dozo.format.pack.PackHeader;
import dozo.repository.Repository;
import dozo.repository.ingest.IngestSession;
import dozo.repository.storage.FaultyFiles;
import dozo.repository.storage.FaultyFiles.Operation;
import dozo.repository.work.StopSignal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compaction rewrites under the current key epoch what older ones seal. */
final class ResealIT {

  /** Far more than a sweep copies before it retires anything. */
  private static final int SIZE = 2 << 20;

  private static final SweepRequest RESEALING =
      SweepRequest.standard()
          .withMaximumUnused(new WasteBudget.Unlimited())
          .withKeeping(Duration.ofDays(1), Duration.ofDays(1))
          .resealing();

  @TempDir Path directory;

  private final FaultyFiles files = new FaultyFiles();
  private SweepFixture fixture;

  @BeforeEach
  void create() throws IOException {
    fixture = new SweepFixture(directory).with(files);
  }

  @Test
  void leavesNothingUnderAnOldEpochHoweverOftenItIsStopped() throws IOException {
    List<byte[]> contents = List.of(bytes(1, SIZE), bytes(2, SIZE / 2));
    List<RestorePoint> points = new ArrayList<>();
    int packs;
    try (Repository repository = fixture.open()) {
      points.add(backUp(repository, vm(1), Map.of("disk0", contents.getFirst())));
      repository.keys().addEpoch(fixture.clock());
      points.add(backUp(repository, vm(2), Map.of("disk0", contents.getLast())));
      repository.keys().addEpoch(fixture.clock());
      assertThat(epochs(repository)).containsOnlyKeys(1, 2);
      packs = repository.statistics().packs().packs();

      SweepReport inTheMiddle = sweepUntilItWrites(repository);

      assertThat(inTheMiddle.isStopped()).isTrue();
      assertThat(epochs(repository).keySet()).contains(1).isSubsetOf(1, 2, 3);
      requireReadable(repository, points, contents);
    }
    int left;
    try (Repository repository = fixture.open()) {
      SweepReport oneGroup = sweepOneGroup(repository);

      assertThat(oneGroup.isStopped()).isTrue();
      assertThat(oneGroup.compacted().count()).isBetween(1, packs - 1);
      assertThat(epochs(repository)).containsKeys(1, 3);
      left = old(repository);
      requireReadable(repository, points, contents);
    }
    try (Repository repository = fixture.open()) {
      requireReadable(repository, points, contents);

      SweepReport rest = repository.sweeper().sweep(RESEALING, SweepListener.NONE);

      assertThat(rest.isStopped()).isFalse();
      assertThat(rest.compacted().count()).isEqualTo(left).isLessThan(packs);
      assertThat(epochs(repository)).containsOnlyKeys(3);
      assertThat(repository.sweeper().retired()).hasSizeGreaterThanOrEqualTo(packs);
      requireReadable(repository, points, contents);
    }
    try (Repository repository = fixture.open()) {
      assertThat(epochs(repository)).containsOnlyKeys(3);
      requireReadable(repository, points, contents);
      for (int i = 0; i < points.size(); i++) {
        RestorePoint again = backUp(repository, vm(9), Map.of("disk0", contents.get(i)));
        assertThat(again.statistics().newBytes()).isZero();
      }
      SweepReport nothing = repository.sweeper().sweep(RESEALING, SweepListener.NONE);
      assertThat(nothing.compacted().count()).isZero();
      requireNoLeak(repository);
      assertThat(fixture.files("trash")).isZero();
      requireReadable(repository, points, contents);
    }
  }

  @Test
  void leavesWhatASessionReliesOnToTheNextSweep() throws IOException {
    byte[] content = bytes(1, SIZE / 4);
    try (Repository repository = fixture.open()) {
      backUp(repository, vm(1), Map.of("disk0", content));
      repository.keys().addEpoch(fixture.clock());
      RestorePoint point;
      try (IngestSession session =
          repository.beginSession(request(vm(2), Map.of("disk0", content), Map.of()))) {
        feed(session.stream("disk0"), content);
        point = commit(session).restorePoint();
        assertThat(point.statistics().newBytes()).isZero();
      }
      try (IngestSession session =
          repository.beginSession(request(vm(3), Map.of("disk0", content), Map.of()))) {
        feed(session.stream("disk0"), content);
        await().until(() -> session.progress().duplicateBytes() == content.length);

        SweepReport beside = repository.sweeper().sweep(THOROUGH.resealing(), SweepListener.NONE);

        assertThat(beside.claimed().count()).isPositive();
        assertThat(epochs(repository)).containsKey(1);
        assertThat(readDisk(repository, commit(session).restorePoint(), "disk0"))
            .isEqualTo(content);
      }
      repository.sweeper().sweep(THOROUGH.resealing(), SweepListener.NONE);

      assertThat(epochs(repository)).containsOnlyKeys(2);
      requireReadable(repository, List.of(point), List.of(content));
    }
  }

  /** Stops while the first group is being copied, when one new pack has been published. */
  private SweepReport sweepUntilItWrites(Repository repository) throws IOException {
    StopSignal stop = new StopSignal();
    files.failIf(event -> {
      if (event.is(Operation.RENAME, ".pack")) {
        stop.stop();
      }
    });
    try {
      return repository.sweeper().sweep(RESEALING, SweepListener.NONE, stop);
    } finally {
      files.failIf(event -> {});
    }
  }

  /** Stops when the first group has been retired. */
  private static SweepReport sweepOneGroup(Repository repository) throws IOException {
    StopSignal stop = new StopSignal();
    return repository
        .sweeper()
        .sweep(
            RESEALING,
            (phase, done, total) -> {
              if (phase == SweepListener.Phase.COMPACT) {
                assertThat(done).isLessThan(total);
                stop.stop();
              }
            },
            stop);
  }

  private static void requireReadable(
      Repository repository, List<RestorePoint> points, List<byte[]> contents) throws IOException {
    verify(repository);
    for (int i = 0; i < points.size(); i++) {
      assertThat(readDisk(repository, points.get(i), "disk0")).isEqualTo(contents.get(i));
    }
  }

  private int old(Repository repository) throws IOException {
    Map<Integer, Integer> epochs = epochs(repository);
    epochs.remove(repository.keys().ring().currentEpoch());
    return epochs.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** How many packs outside the trash each epoch seals, by what their own headers say. */
  private Map<Integer, Integer> epochs(Repository repository) throws IOException {
    UUID repositoryId = repository.keys().ring().repositoryId();
    Map<Integer, Integer> epochs = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(directory.resolve("packs"))) {
      for (Path pack : paths.filter(Files::isRegularFile).toList()) {
        UUID id = UUID.fromString(pack.getFileName().toString().replace(".pack", ""));
        try (InputStream in = Files.newInputStream(pack)) {
          PackHeader header = PackHeader.decode(in.readNBytes(PackHeader.BYTES), id, repositoryId);
          epochs.merge(header.keyEpoch(), 1, Integer::sum);
        }
      }
    }
    return epochs;
  }
}
