package dozo.repository.sweep;

import static dozo.repository.TestRepository.backUp;
import static dozo.repository.TestRepository.commit;
import static dozo.repository.TestRepository.feed;
import static dozo.repository.TestRepository.readAll;
import static dozo.repository.TestRepository.readDisk;
import static dozo.repository.TestRepository.request;
import static dozo.repository.TestRepository.vm;
import static dozo.repository.sweep.SweepFixture.THOROUGH;
import static dozo.repository.sweep.SweepFixture.bytes;
import static dozo.repository.sweep.SweepFixture.requireNoLeak;
import static dozo.repository.sweep.SweepFixture.sharing;
import static dozo.repository.sweep.SweepFixture.sweep;
import static dozo.repository.sweep.SweepFixture.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dozo.format.NotFoundException;
import dozo.format.disk.ChunkSource;
import dozo.format.manifest.RestorePoint;
import dozo.repository.Repository;
import dozo.repository.ingest.IngestSession;
import dozo.repository.storage.CountedFiles;
import dozo.repository.storage.FaultyFiles;
import dozo.repository.storage.FaultyFiles.Operation;
import dozo.repository.storage.PackStorage.RetiredPack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SweepIT {

  private static final int SIZE = 512 << 10;

  @TempDir Path directory;

  private SweepFixture fixture;

  @BeforeEach
  void create() throws IOException {
    fixture = new SweepFixture(directory);
  }

  /** Reads keep packs open for those that follow; what is deleted must give its space back. */
  @Test
  void holdsNoPackOpenThatIsGone() throws IOException {
    CountedFiles files = new CountedFiles();
    fixture.with(files);
    try (Repository repository = fixture.open()) {
      RestorePoint gone = backUp(repository, vm(1), Map.of("disk0", bytes(1, SIZE)));
      readDisk(repository, gone, "disk0");
      assertThat(files.open()).as("packs that reads keep open").isPositive();
      repository.pruner().forget(gone.id());
      sweep(repository, THOROUGH);
      assertThat(files.open()).isZero();
    }
  }

  @Test
  void holdsNoPackOpenWhenTheRepositoryIsClosed() throws IOException {
    CountedFiles files = new CountedFiles();
    fixture.with(files);
    try (Repository repository = fixture.open()) {
      RestorePoint point = backUp(repository, vm(1), Map.of("disk0", bytes(1, SIZE)));
      readDisk(repository, point, "disk0");
    }
    assertThat(files.open()).isZero();
  }

  @Test
  void givesBackWhatNothingNeedsAndNothingElse() throws IOException {
    byte[] first = bytes(1, SIZE);
    byte[] second = bytes(2, SIZE);
    try (Repository repository = fixture.open()) {
      RestorePoint gone = backUp(repository, vm(1), Map.of("disk0", first));
      RestorePoint kept = backUp(repository, vm(2), Map.of("disk0", second));
      repository.pruner().forget(gone.id());

      SweepReport planned = sweep(repository, THOROUGH.dryRun());
      assertThat(repository.pruner().trashed()).hasSize(1);
      SweepReport report = sweep(repository, THOROUGH);

      assertThat(report.dead()).isEqualTo(planned.dead());
      assertThat(report.dead().bytes()).isGreaterThan(SIZE);
      assertThat(report.purged()).isEqualTo(report.dead());
      assertThat(report.purgedRestorePoints()).isEqualTo(1);
      assertThat(report.damaged()).isEmpty();
      assertThat(readDisk(repository, kept, "disk0")).isEqualTo(second);
      requireNoLeak(repository);
      assertThat(fixture.files("trash")).isZero();
    }
    try (Repository repository = fixture.open()) {
      verify(repository);
      assertThat(backUp(repository, vm(1), Map.of("disk0", first)).statistics().newBytes())
          .isEqualTo(SIZE);
      verify(repository);
    }
  }

  @Test
  void keepsWhatIsInTheTrashUntilItsTimeIsOver() throws IOException {
    byte[] content = bytes(1, SIZE);
    SweepRequest request = SweepRequest.standard();
    try (Repository repository = fixture.open()) {
      RestorePoint point = backUp(repository, vm(1), Map.of("disk0", content));
      repository.pruner().forget(point.id());
      assertThat(repository.restorePoints()).isEmpty();
      fixture.clock().forward(SweepRequest.KEEP_RESTORE_POINTS.minusSeconds(2));

      assertThat(sweep(repository, request).dead().count()).isZero();
      assertThat(repository.pruner().undelete(point.id())).isEqualTo(point);
      assertThat(repository.pruner().trashed()).isEmpty();
      assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);

      repository.pruner().forget(point.id());
      fixture.clock().forward(SweepRequest.KEEP_RESTORE_POINTS.plusSeconds(1));
      SweepReport report = sweep(repository, request);
      assertThat(report.dead().count()).isPositive();
      assertThat(report.trash()).isEqualTo(report.dead());
      assertThat(report.purged().count()).isZero();

      fixture.clock().forward(SweepRequest.KEEP_PACKS);
      assertThat(sweep(repository, request).purged()).isEqualTo(report.dead());
      assertThatThrownBy(() -> repository.pruner().undelete(point.id()))
          .isInstanceOf(NotFoundException.class);
    }
  }

  @Test
  void freesAtOnceWhatIsKeptForNoTime() throws IOException {
    try (Repository repository = fixture.open()) {
      RestorePoint point = backUp(repository, vm(1), Map.of("disk0", bytes(1, SIZE)));
      repository.pruner().forget(point.id());

      SweepReport report =
          repository
              .sweeper()
              .sweep(
                  THOROUGH, (phase, done, total) -> fixture.clock().forward(Duration.ofHours(1)));

      assertThat(report.dead().count()).isPositive();
      assertThat(report.purged()).isEqualTo(report.dead());
      assertThat(report.trash().count()).isZero();
    }
  }

  /** A clock that goes back must not make what was just forgotten look purged. */
  @Test
  void keepsWhatIsForgottenWhileItRunsWhateverTheClockSays() throws IOException {
    byte[] content = bytes(1, SIZE);
    AtomicReference<Runnable> atDeletion = new AtomicReference<>(() -> {});
    FaultyFiles files = new FaultyFiles();
    files.failIf(event -> {
      if (event.is(Operation.DELETE, ".manifest")) {
        atDeletion.getAndSet(() -> {}).run();
      }
    });
    try (Repository repository = fixture.with(files).open()) {
      RestorePoint purged = backUp(repository, vm(1), Map.of("disk0", bytes(2, SIZE)));
      RestorePoint point = backUp(repository, vm(2), Map.of("disk0", content));
      repository.pruner().forget(purged.id());
      atDeletion.set(() -> {
        fixture.clock().forward(Duration.ofDays(-400));
        forget(repository, point);
      });

      assertThat(sweep(repository, THOROUGH).dead().count()).isPositive();

      assertThat(repository.pruner().undelete(point.id())).isEqualTo(point);
      assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
    }
  }

  private static void forget(Repository repository, RestorePoint point) {
    try {
      repository.pruner().forget(point.id());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void copiesWhatIsNeededOutOfPacksThatAreMostlyWaste() throws IOException {
    byte[] first = bytes(1, SIZE);
    byte[] second = sharing(first, 2, 20 << 10);
    try (Repository repository = fixture.open()) {
      RestorePoint gone = backUp(repository, vm(1), Map.of("disk0", first));
      RestorePoint kept = backUp(repository, vm(2), Map.of("disk0", second));
      repository.pruner().forget(gone.id());
      SweepRequest emptying = THOROUGH.withMaximumUnused(new WasteBudget.Unlimited());

      SweepReport unlimited = sweep(repository, emptying);
      assertThat(unlimited.compacted().count()).isZero();
      assertThat(unlimited.wasteBytes()).isPositive();

      SweepReport report = sweep(repository, THOROUGH);
      assertThat(report.compacted().count()).isPositive();
      assertThat(report.written().bytes()).isLessThan(report.compacted().bytes());
      assertThat(readDisk(repository, kept, "disk0")).isEqualTo(second);
      requireNoLeak(repository);
    }
    try (Repository repository = fixture.open()) {
      verify(repository);
      requireNoLeak(repository);
      assertThat(backUp(repository, vm(3), Map.of("disk0", second)).statistics().newBytes())
          .isZero();
    }
  }

  @Test
  void joinsSmallPacksWhenThereAreMany() throws IOException {
    List<RestorePoint> points = new ArrayList<>();
    try (Repository repository = fixture.open()) {
      for (int i = 0; i < SweepPlan.SMALL_TOGETHER; i++) {
        points.add(backUp(repository, vm(i), Map.of("disk0", bytes(i, 8 << 10))));
      }
      int before = repository.statistics().packs().packs();

      SweepReport report = sweep(repository, SweepRequest.standard());

      assertThat(report.compacted().count()).isEqualTo(before);
      assertThat(repository.statistics().packs().packs()).isLessThanOrEqualTo(3);
      for (int i = 0; i < points.size(); i++) {
        assertThat(readDisk(repository, points.get(i), "disk0")).isEqualTo(bytes(i, 8 << 10));
      }
      assertThat(sweep(repository, SweepRequest.standard()).compacted().count()).isZero();
    }
  }

  @Test
  void leavesWhatAnOpenSessionHasFoundAndWhatItHasStored() throws IOException {
    byte[] old = bytes(1, SIZE);
    byte[] content = new byte[2 * SIZE];
    System.arraycopy(old, 0, content, 0, SIZE);
    System.arraycopy(bytes(2, SIZE), 0, content, SIZE, SIZE);
    try (Repository repository = fixture.open()) {
      RestorePoint gone = backUp(repository, vm(1), Map.of("disk0", old));
      repository.pruner().forget(gone.id());
      RestorePoint point;
      try (IngestSession session =
          repository.beginSession(request(vm(2), Map.of("disk0", content), Map.of()))) {
        feed(session.stream("disk0"), content);
        await().until(() -> session.progress().storedBytes() > SIZE / 2);

        SweepReport report = sweep(repository, THOROUGH);
        assertThat(report.claimed().count()).isPositive();
        point = commit(session).restorePoint();
      }
      assertThat(point.statistics().newBytes()).isLessThan(content.length);
      assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
      verify(repository);
      requireNoLeak(repository);
      assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
    }
  }

  @Test
  void doesNotForgetWhatIsBeingReadAndMovesItUnderTheReader() throws IOException {
    byte[] first = bytes(1, SIZE);
    byte[] second = sharing(first, 2, SIZE / 3);
    try (Repository repository = fixture.open()) {
      RestorePoint gone = backUp(repository, vm(1), Map.of("disk0", first));
      RestorePoint kept = backUp(repository, vm(2), Map.of("disk0", second));
      try (ChunkSource other = repository.openDisk(gone.id(), "disk0")) {
        assertThat(other.sizeBytes()).isEqualTo(SIZE);
        assertThatThrownBy(() -> repository.pruner().forget(gone.id()))
            .isInstanceOf(IllegalStateException.class);
      }
      try (ChunkSource source = repository.openDisk(kept.id(), "disk0")) {
        repository.pruner().forget(gone.id());

        assertThat(sweep(repository, THOROUGH).compacted().count()).isPositive();

        assertThat(readAll(source)).isEqualTo(second);
        assertThat(repository.statistics().damagedSegments()).isZero();
      }
    }
  }

  @Test
  void stopsAnywhereAndGoesOnLater() throws IOException {
    byte[] first = bytes(1, SIZE);
    byte[] second = sharing(first, 2, SIZE / 2);
    try (Repository repository = fixture.open()) {
      RestorePoint gone = backUp(repository, vm(1), Map.of("disk0", first));
      RestorePoint kept = backUp(repository, vm(2), Map.of("disk0", second));
      repository.pruner().forget(gone.id());
      for (SweepListener.Phase at : SweepListener.Phase.values()) {
        AtomicInteger heard = new AtomicInteger();
        SweepReport report =
            repository
                .sweeper()
                .sweep(
                    THOROUGH.withRate(1 << 30),
                    (phase, done, total) -> {
                      if (phase == at) {
                        heard.incrementAndGet();
                        repository.sweeper().stop();
                      }
                    });
        verify(repository);
        assertThat(report.isStopped() || heard.get() == 0 || at != SweepListener.Phase.MARK)
            .isTrue();
        assertThat(readDisk(repository, kept, "disk0")).isEqualTo(second);
      }
      requireNoLeak(repository);
    }
  }

  @Test
  void isStoppedByClosing() throws Exception {
    Repository repository = fixture.open();
    backUp(repository, vm(1), Map.of("disk0", bytes(1, SIZE)));
    CompletableFuture<SweepReport> sweep =
        CompletableFuture.supplyAsync(() -> {
          try {
            return sweep(repository, THOROUGH.withRate(1));
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
    await().until(repository.sweeper()::isRunning);

    repository.close();

    assertThat(sweep.get(30, TimeUnit.SECONDS).isStopped()).isTrue();
    assertThatThrownBy(() -> sweep(repository, THOROUGH)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void isSafeWithoutTheIndex() throws IOException {
    byte[] first = bytes(1, SIZE);
    byte[] second = sharing(first, 2, SIZE / 2);
    RestorePoint kept;
    try (Repository repository = fixture.open()) {
      RestorePoint gone = backUp(repository, vm(1), Map.of("disk0", first));
      kept = backUp(repository, vm(2), Map.of("disk0", second));
      repository.pruner().forget(gone.id());
    }
    try (Stream<Path> files = Files.list(directory.resolve("index"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    try (Repository repository = fixture.open()) {
      assertThat(sweep(repository, THOROUGH).dead().count()).isPositive();
      assertThat(readDisk(repository, kept, "disk0")).isEqualTo(second);
      requireNoLeak(repository);
    }
  }

  @Test
  void bringsPacksBack() throws IOException {
    byte[] content = bytes(1, SIZE);
    try (Repository repository = fixture.open()) {
      RestorePoint point = backUp(repository, vm(1), Map.of("disk0", content));
      repository.pruner().forget(point.id());
      sweep(repository, THOROUGH.withKeeping(Duration.ZERO, Duration.ofDays(1)));
      List<RetiredPack> retired = repository.sweeper().retired();
      assertThat(retired).isNotEmpty();
    }
    try (Repository repository = fixture.open()) {
      List<RetiredPack> retired = repository.sweeper().retired();

      for (RetiredPack pack : retired) {
        repository.sweeper().restore(pack);
      }

      assertThat(repository.sweeper().retired()).isEmpty();
      RestorePoint again = backUp(repository, vm(1), Map.of("disk0", content));
      assertThat(again.statistics().newBytes()).isZero();
      verify(repository);
    }
    try (Repository repository = fixture.open()) {
      verify(repository);
      requireNoLeak(repository);
    }
  }
}
