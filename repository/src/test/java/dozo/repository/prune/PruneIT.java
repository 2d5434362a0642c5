package dozo.repository.prune;

import static dozo.repository.TestRepository.backUp;
import static dozo.repository.TestRepository.readDisk;
import static dozo.repository.TestRepository.vm;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.CorruptDataException;
import dozo.format.NotFoundException;
import dozo.format.disk.ChunkSource;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.repository.Repository;
import dozo.repository.TestRepository;
import dozo.repository.retention.Pin;
import dozo.repository.retention.RetentionPlan;
import dozo.repository.retention.RetentionPolicy;
import dozo.repository.retention.Verification;
import dozo.repository.storage.FaultyFiles;
import dozo.repository.storage.FaultyFiles.Operation;
import dozo.repository.verify.VerifyListener;
import dozo.repository.verify.VerifyReport;
import dozo.repository.verify.VerifyRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PruneIT {

  private static final PruneRequest KEEP_ONE =
      PruneRequest.all(RetentionPolicy.parse("keep-last=1"), ZoneOffset.UTC);

  @TempDir Path directory;

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-21T12:00:00Z"));
  private final FaultyFiles files = new FaultyFiles();

  @BeforeEach
  void create() throws IOException {
    TestRepository.create(directory);
  }

  private Repository open() throws IOException {
    InstantSource clock = now::get;
    return TestRepository.open(
        directory,
        TestRepository.options().withClock(clock.withZone(ZoneOffset.UTC)).withFiles(files));
  }

  private static byte[] content(int day, int vm) {
    return Arrays.copyOf(("day " + day + " of VM " + vm).repeat(100).getBytes(UTF_8), 1024);
  }

  private List<RestorePoint> backUpDaily(Repository repository, int vm, int days)
      throws IOException {
    List<RestorePoint> points = new ArrayList<>();
    for (int day = 0; day < days; day++) {
      byte[] content = content(day, vm);
      points.add(backUp(repository, vm(vm), Map.of("disk0", content)));
      now.updateAndGet(instant -> instant.plus(Duration.ofDays(1)));
    }
    return points;
  }

  @Test
  void forgetsWhatNoRuleKeepsAndSaysWhy() throws IOException {
    List<RestorePoint> points;
    try (Repository repository = open()) {
      points = backUpDaily(repository, 1, 4);
      backUpDaily(repository, 2, 2);
      PruneRequest request = KEEP_ONE.ofVm("default", vm(1).id());

      PruneReport planned = repository.pruner().prune(request.dryRun());
      assertThat(planned.isDryRun()).isTrue();
      assertThat(repository.restorePoints()).hasSize(6);

      PruneReport report = repository.pruner().prune(request);
      assertThat(report.vms()).hasSize(1);
      assertThat(report.vms().getFirst().forgotten())
          .isEqualTo(planned.vms().getFirst().forgotten())
          .containsExactly(points.get(2).id(), points.get(1).id(), points.get(0).id());
      assertThat(report.vms().getFirst().plan())
          .isInstanceOfSatisfying(
              RetentionPlan.Decided.class,
              plan ->
                  assertThat(plan.decisions().getFirst().toString())
                      .startsWith("keep " + points.get(3).id())
                      .contains("keep-last: 1 of 1"));
      assertThat(repository.restorePoints()).hasSize(3);
    }
    try (Repository repository = open()) {
      assertThat(repository.restorePoints()).hasSize(3);
      assertThat(repository.pruner().prune(KEEP_ONE.inNamespace("other")).vms()).isEmpty();
      assertThat(repository.pruner().trashed()).hasSize(3);
      assertThat(repository.pruner().undelete(points.get(1).id())).isEqualTo(points.get(1));
      assertThat(readDisk(repository, points.get(1), "disk0")).isEqualTo(content(1, 1));
      assertThatThrownBy(() -> repository.pruner().undelete(points.get(1).id()))
          .isInstanceOf(NotFoundException.class);
    }
  }

  @Test
  void sparesWhatIsPinnedHeldOrRead() throws IOException {
    try (Repository repository = open()) {
      List<RestorePoint> points = backUpDaily(repository, 1, 5);
      RestorePointId read = points.get(0).id();
      RestorePointId pinned = points.get(1).id();
      RestorePointId held = points.get(2).id();
      Pin pin = repository.pruner().pin(pinned, null, "audit", "root");
      repository.pruner().pin(held, now.get().plusSeconds(60), "case 4711", "root");
      try (ChunkSource source = repository.openDisk(read, "disk0")) {
        assertThat(source.sizeBytes()).isPositive();

        assertThat(repository.pruner().prune(KEEP_ONE).vms().getFirst().forgotten())
            .containsExactly(points.get(3).id());
        assertThatThrownBy(() -> repository.pruner().forget(pinned))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("pin");
      }
      now.updateAndGet(instant -> instant.plusSeconds(60));
      repository.pruner().unpin(pin.id());
      assertThatThrownBy(() -> repository.pruner().unpin(pin.id()))
          .isInstanceOf(NotFoundException.class);

      assertThat(repository.pruner().prune(KEEP_ONE).forgotten()).isEqualTo(3);
      assertThat(repository.pruner().pins()).hasSize(1);
    }
  }

  /** Backs up data of its own each time, and says which packs came. */
  private List<Path> damageNewest(Repository repository, List<RestorePoint> points, int vm)
      throws IOException {
    Set<Path> before = packs();
    byte[] content = new byte[204_800];
    new Random(points.size()).nextBytes(content);
    points.add(backUp(repository, vm(vm), Map.of("disk0", content)));
    now.updateAndGet(instant -> instant.plus(Duration.ofDays(1)));
    List<Path> came = new ArrayList<>(packs());
    came.removeAll(before);
    for (Path pack : came) {
      try (FileChannel file = FileChannel.open(pack, StandardOpenOption.WRITE)) {
        file.write(ByteBuffer.allocate(64), Math.min(20_000, Files.size(pack) / 2));
      }
    }
    return came;
  }

  private Set<Path> packs() throws IOException {
    try (Stream<Path> all = Files.walk(directory.resolve("packs"))) {
      return all.filter(Files::isRegularFile).collect(Collectors.toSet());
    }
  }

  private static VerifyReport verify(Repository repository) throws IOException {
    return repository.verify(VerifyRequest.all(true), VerifyListener.NONE);
  }

  @Test
  void keepsTheLastOneThatVerifiesWhateverThePolicy() throws IOException {
    List<RestorePoint> points;
    try (Repository repository = open()) {
      points = backUpDaily(repository, 1, 2);
      assertThat(verify(repository).isSound()).isTrue();
      points.addAll(backUpDaily(repository, 1, 1)); // The same data again: sound, but not verified.
      damageNewest(repository, points, 1);
      assertThat(verify(repository).brokenRestorePoints()).containsExactly(points.get(3).id());
      assertThat(repository.verification(points.get(3))).isEqualTo(Verification.DAMAGED);
      assertThat(repository.verification(points.get(2))).isEqualTo(Verification.SOUND);
    }
    Files.delete(directory.resolve("index/data.mdb"));
    try (Repository repository = open()) {
      assertThat(repository.verification(points.get(3))).isEqualTo(Verification.DAMAGED);
      PruneReport report = repository.pruner().prune(KEEP_ONE);
      assertThat(report.vms().getFirst().forgotten())
          .containsExactly(points.get(1).id(), points.get(0).id());
      RetentionPlan.Decided plan = (RetentionPlan.Decided) report.vms().getFirst().plan();
      assertThat(plan.decisions().get(0).explanation())
          .contains("keep-last: 1 of 1", "it is damaged");
      assertThat(plan.decisions().get(1).explanation())
          .contains("in the place of a damaged one", "the last one that verifies");
    }
  }

  @Test
  void treatsWhatWasHealedAsBefore() throws IOException {
    try (Repository repository = open()) {
      List<RestorePoint> points = backUpDaily(repository, 1, 1);
      damageNewest(repository, points, 1);
      assertThat(verify(repository).isSound()).isFalse();
      assertThat(repository.pruner().prune(KEEP_ONE).forgotten()).isZero();

      byte[] content = new byte[204_800];
      new Random(1).nextBytes(content);
      points.add(backUp(repository, vm(1), Map.of("disk0", content)));
      assertThat(verify(repository).brokenRestorePoints()).isEmpty();
      assertThat(repository.verification(points.get(1))).isEqualTo(Verification.SOUND);
      assertThat(repository.pruner().prune(KEEP_ONE).vms().getFirst().forgotten())
          .containsExactly(points.get(1).id(), points.get(0).id());
      assertThat(readDisk(repository, points.get(2), "disk0")).isEqualTo(content);
    }
  }

  /** Nobody has verified anything, and the packs are gone when the repository is opened next. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void keepsTheNewestThatIsNotKnownToBeDamaged(boolean losesTheIndexToo) throws IOException {
    List<RestorePoint> points;
    List<Path> lost;
    try (Repository repository = open()) {
      points = backUpDaily(repository, 1, 2);
      lost = damageNewest(repository, points, 1);
    }
    for (Path pack : lost) {
      Files.delete(pack);
    }
    if (losesTheIndexToo) {
      Files.delete(directory.resolve("index/data.mdb"));
    }
    open().close(); // What was in the index is forgotten now.
    try (Repository repository = open()) {
      PruneReport report = repository.pruner().prune(KEEP_ONE.dryRun());
      assertThat(report.vms().getFirst().forgotten()).containsExactly(points.get(0).id());
      assertThat(repository.pruner().prune(KEEP_ONE).vms().getFirst().forgotten())
          .containsExactly(points.get(0).id());
      assertThat(readDisk(repository, points.get(1), "disk0")).isEqualTo(content(1, 1));
      assertThat(directory.resolve("state/doubt")).isNotEmptyDirectory();
      verify(repository);
      assertThat(directory.resolve("state/doubt")).isEmptyDirectory();
      assertThat(repository.verification(points.get(2))).isEqualTo(Verification.DAMAGED);
      assertThat(repository.verification(points.get(1))).isEqualTo(Verification.SOUND);
    }
    try (Repository repository = open()) {
      assertThat(repository.pruner().prune(KEEP_ONE).forgotten()).isZero();
    }
  }

  @Test
  void noticesThatAPackHasVanishedMeanwhile() throws IOException {
    try (Repository repository = open()) {
      List<RestorePoint> points = backUpDaily(repository, 1, 2);
      for (Path pack : damageNewest(repository, points, 1)) {
        Files.delete(pack);
      }
      assertThat(repository.pruner().prune(KEEP_ONE).vms().getFirst().forgotten())
          .containsExactly(points.get(0).id());
    }
  }

  @Test
  void remembersWhatWasFoundOfOneVmOnly() throws IOException {
    List<RestorePoint> points;
    RestorePoint other;
    try (Repository repository = open()) {
      points = backUpDaily(repository, 1, 1);
      damageNewest(repository, points, 1);
      other = backUpDaily(repository, 2, 1).getFirst();
      repository.verify(VerifyRequest.ofVm("default", vm(1).id(), true), VerifyListener.NONE);
      assertThat(repository.verification(points.get(1))).isEqualTo(Verification.DAMAGED);
      assertThat(repository.verification(other)).isEqualTo(Verification.NEVER);
    }
    try (Repository repository = open()) {
      assertThat(repository.verification(points.get(0))).isEqualTo(Verification.SOUND);
      assertThat(repository.pruner().prune(KEEP_ONE).forgotten()).isZero();
      repository.pruner().forget(points.get(1).id());
      verify(repository);
      assertThat(repository.pruner().undelete(points.get(1).id())).isNotNull();
      assertThat(repository.verification(points.get(1))).isEqualTo(Verification.NEVER);
    }
  }

  @Test
  void keepsTheLastOneThatCanStillBeRead() throws IOException {
    List<RestorePoint> points;
    try (Repository repository = open()) {
      points = backUpDaily(repository, 1, 2);
    }
    Set<Path> before = packs();
    try (Repository repository = open()) {
      points.add(backUp(repository, vm(1), Map.of("disk0", content(99, 1))));
    }
    for (Path pack : packs()) {
      if (!before.contains(pack)) {
        Files.delete(pack);
      }
    }
    try (Repository repository = open()) {
      PruneReport report = repository.pruner().prune(KEEP_ONE);
      assertThat(report.vms().getFirst().forgotten()).containsExactly(points.getFirst().id());
      assertThat(readDisk(repository, points.get(1), "disk0")).isEqualTo(content(1, 1));
    }
  }

  @Test
  void forgetsNothingWhileAPinCannotBeRead() throws IOException {
    try (Repository repository = open()) {
      List<RestorePoint> points = backUpDaily(repository, 1, 2);
      repository.pruner().pin(points.getFirst().id(), null, "", "root");
      try (Stream<Path> pins = Files.list(directory.resolve("state/pins"))) {
        Files.write(pins.findFirst().orElseThrow(), new byte[100]);
      }

      assertThatThrownBy(() -> repository.pruner().prune(KEEP_ONE)).isInstanceOf(IOException.class);
      assertThat(repository.restorePoints()).hasSize(2);
    }
  }

  @Test
  void refusesARestorePointThatIsNotThere() throws IOException {
    RestorePointId id = RestorePointId.parse("019a0000-0000-7000-8000-000000000001");
    try (Repository repository = open()) {
      assertThatThrownBy(() -> repository.pruner().forget(id))
          .isInstanceOf(NotFoundException.class);
      assertThatThrownBy(() -> repository.pruner().pin(id, null, "", "root"))
          .isInstanceOf(NotFoundException.class);
    }
  }

  @Test
  void hasAWholeManifestAtEveryInstant() throws IOException {
    RestorePoint point;
    try (Repository repository = open()) {
      point = backUpDaily(repository, 1, 1).getFirst();
      int before = files.events().size();
      repository.pruner().forget(point.id());
      assertThat(
              files.events().subList(before, files.events().size()).stream()
                  .map(FaultyFiles.Event::operation))
          .containsExactly(
              Operation.CREATE,
              Operation.APPEND,
              Operation.SYNC,
              Operation.RENAME,
              Operation.SYNC_DIRECTORY,
              Operation.DELETE,
              Operation.SYNC_DIRECTORY);
      repository.pruner().undelete(point.id());
    }
    for (Operation failing : List.of(Operation.RENAME, Operation.DELETE)) {
      try (Repository repository = open()) {
        files.failIf(event -> {
          if (event.operation() == failing && event.path().toString().contains("manifest")) {
            throw new IOException("injected");
          }
        });
        assertThatThrownBy(() -> repository.pruner().forget(point.id())).hasMessage("injected");
        files.failIf(event -> {});
        assertThat(repository.restorePoint(point.id())).isPresent();
      }
      try (Repository repository = open()) {
        assertThat(repository.restorePoint(point.id())).isPresent();
        assertThat(readDisk(repository, point, "disk0")).isNotEmpty();
      }
    }
  }

  @Test
  void doesNotBringBackWhatCannotBeRead() throws IOException {
    try (Repository repository = open()) {
      RestorePoint point = backUpDaily(repository, 1, 1).getFirst();
      repository.pruner().forget(point.id());
      Path trashed;
      try (Stream<Path> trash = Files.list(directory.resolve("trash"))) {
        trashed = trash.findFirst().orElseThrow();
      }
      assertThat(trashed.getFileName().toString())
          .isEqualTo("20261122T120000Z-" + point.id() + ".manifest");
      byte[] manifest = Files.readAllBytes(trashed);
      byte[] damaged = manifest.clone();
      damaged[100] ^= 1;
      Files.write(trashed, damaged);

      assertThatThrownBy(() -> repository.pruner().undelete(point.id()))
          .isInstanceOf(CorruptDataException.class);
      assertThat(repository.restorePoints()).isEmpty();

      Files.write(trashed, manifest);
      assertThat(repository.pruner().undelete(point.id())).isEqualTo(point);
    }
  }
}
