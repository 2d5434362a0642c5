package dozo.repository;

import static dozo.repository.TestRepository.backUp;
import static dozo.repository.TestRepository.disk;
import static dozo.repository.TestRepository.readDisk;
import static dozo.repository.TestRepository.vm;
import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.manifest.RepositoryParameters;
import dozo.format.manifest.RestorePoint;
import dozo.repository.keyless.KeylessCheck;
import dozo.repository.keyless.KeylessReport;
import dozo.repository.repair.RepairReport;
import dozo.repository.verify.DamagedPack;
import dozo.repository.verify.DamagedPack.Condition;
import dozo.repository.verify.VerifyListener;
import dozo.repository.verify.VerifyReport;
import dozo.repository.verify.VerifyRequest;
import dozo.repository.work.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scrubbing real repositories, sound and damaged. */
final class ScrubIT {

  private static final Duration WEEK = Duration.ofDays(7);

  @TempDir Path directory;

  private final byte[] content = disk(new Random(1), 4 << 20);
  private final byte[] other = disk(new Random(2), 2 << 20);

  private List<Path> packs() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("packs"))) {
      return files
          .filter(Files::isRegularFile)
          .sorted((a, b) -> Long.compare(b.toFile().length(), a.toFile().length()))
          .toList();
    }
  }

  private static void zero(Path file, long from, int length) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int start = (int) Math.min(bytes.length, from);
    Arrays.fill(bytes, start, Math.min(bytes.length, start + length), (byte) 0);
    Files.write(file, bytes);
  }

  private static String id(Path pack) {
    return pack.getFileName().toString().replace(".pack", "");
  }

  private RestorePoint prepare(int parityPercent) throws IOException {
    RepositoryParameters small = TestRepository.SMALL_PACKS;
    TestRepository.create(
        directory,
        new RepositoryParameters(
            small.chunker(), small.segmentBytes(), small.packBytes(), parityPercent));
    try (Repository repository = TestRepository.open(directory)) {
      return backUp(repository, vm(1), Map.of("disk0", content));
    }
  }

  private static VerifyReport verify(Repository repository, VerifyRequest request)
      throws IOException {
    return repository.verify(request, VerifyListener.NONE);
  }

  @Test
  void readsEachPackOnceAndRemembersWhen() throws IOException {
    RestorePoint point = prepare(5);
    VerifyRequest weekly = VerifyRequest.all(true).notSince(WEEK);
    int packs = packs().size();
    try (Repository repository = TestRepository.open(directory)) {
      backUp(repository, vm(2), Map.of("disk0", content));
      int more = packs().size();
      VerifyReport first = verify(repository, weekly);
      assertThat(first.isSound()).as(first.toString()).isTrue();
      assertThat(first.packs()).isEqualTo(more).isGreaterThanOrEqualTo(packs);
      assertThat(first.restorePoints()).isEqualTo(2);
      assertThat(verify(repository, weekly).packs()).isZero();
      assertThat(verify(repository, VerifyRequest.all(true)).packs()).isEqualTo(more);
    }
    try (Repository repository = TestRepository.open(directory)) {
      assertThat(verify(repository, weekly).freshPacks()).isEqualTo(packs().size());
      backUp(repository, vm(3), Map.of("disk0", other));
      VerifyReport later = verify(repository, weekly);
      assertThat(later.packs()).isEqualTo(packs().size() - later.freshPacks()).isPositive();
      assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
    }
  }

  @Test
  void damageLeavesTheIndexForGoodUntilABackupHealsIt() throws IOException {
    RestorePoint point = prepare(0);
    Path pack = packs().getFirst();
    zero(pack, 200_000, 4_096);
    try (Repository repository = TestRepository.open(directory)) {
      VerifyReport report = verify(repository, VerifyRequest.all(true));
      assertThat(report.brokenRestorePoints()).containsExactly(point.id());
      assertThat(report.damagedPacks())
          .singleElement()
          .satisfies(damaged -> {
            assertThat(damaged.id()).hasToString(id(pack));
            assertThat(damaged.condition()).isEqualTo(Condition.PARTLY_READABLE);
            assertThat(damaged.ranges()).isBetween(1, 2);
          });
      assertThat(report.damages())
          .isNotEmpty()
          .allSatisfy(damage -> {
            assertThat(damage.name()).isEqualTo("disk0");
            assertThat(damage.reason()).contains(id(pack));
          });
    }
    Files.delete(directory.resolve("index/data.mdb"));
    try (Repository repository = TestRepository.open(directory)) {
      RestorePoint healing = backUp(repository, vm(1), Map.of("disk0", content));
      assertThat(healing.statistics().newChunks()).isBetween(1L, 40L);
      assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
      VerifyReport healed = verify(repository, VerifyRequest.all(true));
      assertThat(healed.brokenRestorePoints()).isEmpty();
      assertThat(healed.damagedPacks()).hasSize(1);
    }
  }

  @Test
  void whatIsSoundAgainIsInUseAgain() throws IOException {
    RestorePoint point = prepare(0);
    Path pack = packs().getFirst();
    byte[] original = Files.readAllBytes(pack);
    zero(pack, 200_000, 4_096);
    for (VerifyRequest request :
        List.of(VerifyRequest.all(true), VerifyRequest.of(point.id(), true))) {
      try (Repository repository = TestRepository.open(directory)) {
        zero(pack, 200_000, 4_096);
        assertThat(verify(repository, request).brokenRestorePoints()).isNotEmpty();
        assertThat(repository.statistics().damagedSegments()).isPositive();
        Files.write(pack, original);
        VerifyReport report = verify(repository, request);
        assertThat(report.isSound()).as(report.toString()).isTrue();
        assertThat(repository.statistics().damagedSegments()).isZero();
      }
      try (Repository repository = TestRepository.open(directory)) {
        assertThat(repository.statistics().damagedSegments()).isZero();
        RestorePoint again = backUp(repository, vm(1), Map.of("disk0", content));
        assertThat(again.statistics().newChunks()).isZero();
      }
    }
  }

  @Test
  void aPackThatVanishesLeavesTheIndexAtOnce() throws IOException {
    RestorePoint point = prepare(0);
    try (Repository repository = TestRepository.open(directory)) {
      Files.delete(packs().getFirst());
      VerifyReport report = verify(repository, VerifyRequest.all(true));
      assertThat(report.damagedPacks())
          .extracting(DamagedPack::condition)
          .containsExactly(Condition.LOST);
      assertThat(report.brokenRestorePoints()).containsExactly(point.id());
      backUp(repository, vm(1), Map.of("disk0", content));
      assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
      assertThat(verify(repository, VerifyRequest.all(true)).isSound()).isTrue();
    }
  }

  @Test
  void aPackThatLosesItsDirectoryWhileInUseIsReadByItsSegments() throws IOException {
    RestorePoint point = prepare(0);
    try (Repository repository = TestRepository.open(directory)) {
      Path pack = packs().getFirst();
      zero(pack, Files.size(pack) - 1_000, 1_000);
      VerifyReport report = verify(repository, VerifyRequest.all(true));
      assertThat(report.damagedPacks())
          .extracting(DamagedPack::condition)
          .containsExactly(Condition.PARTLY_READABLE);
      assertThat(report.brokenRestorePoints()).as(report.toString()).isEmpty();
      assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
    }
  }

  @Test
  void readsOnlyWhatAVmNeeds() throws IOException {
    RestorePoint point = prepare(0);
    List<Path> first = packs();
    RestorePoint second;
    try (Repository repository = TestRepository.open(directory)) {
      second = backUp(repository, vm(2), Map.of("disk0", other));
    }
    zero(first.getFirst(), 100_000, 4_096);
    try (Repository repository = TestRepository.open(directory)) {
      VerifyReport sound =
          verify(repository, VerifyRequest.ofVm("default", second.vm().id(), true));
      assertThat(sound.isSound()).as(sound.toString()).isTrue();
      assertThat(sound.packs()).isPositive();
      VerifyReport broken = verify(repository, VerifyRequest.of(point.id(), true));
      assertThat(broken.brokenRestorePoints()).containsExactly(point.id());
    }
  }

  @Test
  void readsRightBytesWithTheHelpOfParity() throws IOException {
    RestorePoint point = prepare(5);
    Random random = new Random(3);
    List<Path> packs = packs();
    for (Path pack : packs) {
      zero(pack, random.nextLong(Files.size(pack)), 64 << 10);
    }
    try (Repository repository = TestRepository.open(directory)) {
      assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
      assertThat(repository.statistics().repairedPacks()).isPositive();
      VerifyReport report = verify(repository, VerifyRequest.all(true));
      assertThat(report.brokenRestorePoints()).as(report.toString()).isEmpty();
      assertThat(report.damagedPacks())
          .hasSize(packs.size())
          .allSatisfy(pack -> assertThat(pack.condition()).isEqualTo(Condition.REPAIRABLE));
      assertThat(repository.statistics().damagedSegments()).isZero();
    }
  }

  @Test
  void repairsPacksFromParityBitForBit() throws IOException {
    RestorePoint point = prepare(5);
    Random random = new Random(4);
    List<Path> packs = packs();
    List<byte[]> originals = new ArrayList<>();
    for (Path pack : packs) {
      originals.add(Files.readAllBytes(pack));
      zero(pack, random.nextLong(Files.size(pack)), 64 << 10);
    }
    try (Repository repository = TestRepository.open(directory)) {
      RepairReport report = repository.repair(VerifyListener.NONE, new StopSignal());
      assertThat(report.repaired()).hasSize(packs.size());
      assertThat(report.left()).isEmpty();
      assertThat(report.isWhole()).as(report.toString()).isTrue();
      for (int i = 0; i < packs.size(); i++) {
        assertThat(Arrays.equals(Files.readAllBytes(packs.get(i)), originals.get(i))).isTrue();
      }
      assertThat(repository.statistics().repairedPacks()).isZero();
      assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
    }
    try (Repository repository = TestRepository.open(directory)) {
      VerifyReport report = verify(repository, VerifyRequest.all(true));
      assertThat(report.isSound()).as(report.toString()).isTrue();
    }
  }

  @Test
  void repairTellsExactlyWhatIsLost() throws IOException {
    RestorePoint point = prepare(1);
    Path pack = packs().getFirst();
    byte[] original = Files.readAllBytes(pack);
    zero(pack, 100_000, original.length / 2);
    try (Repository repository = TestRepository.open(directory)) {
      RepairReport report = repository.repair(VerifyListener.NONE, new StopSignal());
      assertThat(report.repaired()).isEmpty();
      assertThat(report.left()).hasSize(1);
      assertThat(report.isWhole()).isFalse();
      for (VerifyReport.Damage damage : report.verified().damages()) {
        assertThat(damage.restorePoint()).isEqualTo(point.id());
      }
      backUp(repository, vm(1), Map.of("disk0", content));
      RepairReport healed = repository.repair(VerifyListener.NONE, new StopSignal());
      assertThat(healed.isWhole()).as(healed.toString()).isTrue();
    }
  }

  @Test
  void checksWithoutAnyKey() throws IOException {
    prepare(5);
    KeylessReport sound = KeylessCheck.check(directory, KeylessCheck.Listener.NONE);
    assertThat(sound.damages()).isEmpty();
    assertThat(sound.packs()).isEqualTo(packs().size());
    Path pack = packs().getFirst();
    zero(pack, 100_000, 100);
    try (Stream<Path> manifests = Files.list(directory.resolve("manifests"))) {
      zero(manifests.findFirst().orElseThrow(), 60, 1_000);
    }
    KeylessReport damaged = KeylessCheck.check(directory, KeylessCheck.Listener.NONE);
    assertThat(damaged.damages()).hasSize(2);
    assertThat(damaged.damages())
        .anySatisfy(damage -> {
          assertThat(damage.file()).isEqualTo(pack);
          assertThat(damage.offset()).isBetween(64L, 100_000L);
        })
        .anySatisfy(damage -> assertThat(damage.file().toString()).endsWith(".manifest"));
  }

  @Test
  void stopsOnDemandAndGoesOnWhereItWas() throws IOException {
    prepare(0);
    VerifyRequest weekly = VerifyRequest.all(true).notSince(WEEK);
    try (Repository repository = TestRepository.open(directory)) {
      StopSignal stop = new StopSignal();
      VerifyReport report =
          repository.verify(
              weekly,
              (phase, done, total) -> {
                if (phase == VerifyListener.Phase.READING && done > 0) {
                  stop.stop();
                }
              },
              stop);
      assertThat(report.isStopped()).isTrue();
      assertThat(report.packs()).isLessThan(packs().size());
      VerifyReport rest = verify(repository, weekly);
      assertThat(rest.isStopped()).isFalse();
      assertThat(rest.freshPacks()).isEqualTo(1);
      assertThat(rest.packs() + rest.freshPacks()).isEqualTo(packs().size());
    }
  }

  @Test
  void keepsToItsRate() throws IOException {
    prepare(0);
    try (Repository repository = TestRepository.open(directory)) {
      long begin = System.nanoTime();
      VerifyReport report = verify(repository, VerifyRequest.all(true).withRate(1 << 20));
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
      long fastest = (report.packBytes() - (1 << 20)) * 1_000 / (1 << 20) * 8 / 10;
      assertThat(millis).isGreaterThan(fastest);
    }
  }
}
