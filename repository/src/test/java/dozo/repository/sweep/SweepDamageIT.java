package dozo.repository.sweep;

import static dozo.repository.TestRepository.backUp;
import static dozo.repository.TestRepository.readDisk;
import static dozo.repository.TestRepository.vm;
import static dozo.repository.sweep.SweepFixture.bytes;
import static dozo.repository.sweep.SweepFixture.requireNoLeak;
import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.manifest.RestorePoint;
import dozo.repository.Repository;
import dozo.repository.TestRepository;
import dozo.repository.storage.FaultyFiles;
import dozo.repository.storage.FaultyFiles.Operation;
import dozo.repository.storage.RoomReserve;
import dozo.repository.verify.VerifyListener;
import dozo.repository.verify.VerifyReport;
import dozo.repository.verify.VerifyRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of damaged packs when space is given back. */
final class SweepDamageIT {

  private static final int SIZE = 300 << 10;

  /** Ways in which a pack rots. */
  enum Rot {
    /** Segments in the middle. */
    FLIPPED,
    /** The end, with directory and trailer. */
    CUT_OFF,
    /** Directory and trailer only. */
    NO_DIRECTORY;

    byte[] of(byte[] pack) {
      byte[] rotten = pack.clone();
      return switch (this) {
        case FLIPPED -> {
          for (int at = 20_000; at < 30_000; at += 100) {
            rotten[at] ^= 0x10;
          }
          yield rotten;
        }
        case CUT_OFF -> Arrays.copyOf(rotten, rotten.length * 2 / 3);
        case NO_DIRECTORY -> {
          Arrays.fill(rotten, rotten.length - 300, rotten.length, (byte) 0);
          yield rotten;
        }
      };
    }

    boolean losesData() {
      return this != NO_DIRECTORY;
    }
  }

  @TempDir Path directory;

  private final byte[] content = bytes(1, SIZE);
  private SweepFixture fixture;
  private RestorePoint point;
  private Path pack = Path.of("");
  private byte[] rotten = {};

  @BeforeEach
  void create() throws IOException {
    fixture = new SweepFixture(Files.createDirectory(directory.resolve("repository")));
    try (Repository repository = fixture.open()) {
      point = backUp(repository, vm(1), Map.of("disk0", content));
    }
  }

  private void rot(Rot rot) throws IOException {
    pack =
        files(fixture.directory().resolve("packs")).stream()
            .max(Comparator.comparingLong(file -> file.toFile().length()))
            .orElseThrow();
    rotten = rot.of(Files.readAllBytes(pack));
    Files.write(pack, rotten);
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static VerifyReport verify(Repository repository) throws IOException {
    return repository.verify(VerifyRequest.all(true), VerifyListener.NONE);
  }

  private static SweepReport sweep(Repository repository) throws IOException {
    return repository.sweeper().sweep(SweepRequest.standard(), SweepListener.NONE);
  }

  private static List<String> ranges(VerifyReport report) {
    return report.damages().stream()
        .map(damage -> damage.name() + " " + damage.offset() + "+" + damage.lengthBytes())
        .toList();
  }

  private void requireInTrash() throws IOException {
    assertThat(files(fixture.directory().resolve("trash"))).anyMatch(this::isRotten);
  }

  @ParameterizedTest
  @EnumSource
  void movesWhatCanBeReadAndKeepsTheRestForItsTime(Rot rot) throws IOException {
    rot(rot);
    try (Repository repository = fixture.open()) {
      VerifyReport before = verify(repository);
      assertThat(before.damagedPacks()).as(before.toString()).hasSize(1);
      assertThat(before.brokenRestorePoints().contains(point.id())).isEqualTo(rot.losesData());

      SweepReport report = sweep(repository);
      assertThat(report.compacted().count()).as(report.toString()).isEqualTo(1);
      assertThat(report.leftAlone()).isZero();
      assertThat(pack).doesNotExist();
      requireInTrash();

      VerifyReport after = verify(repository);
      assertThat(after.damagedPacks()).isEmpty();
      assertThat(after.brokenFiles()).isEmpty();
      assertThat(ranges(after)).isEqualTo(ranges(before));
      assertThat(repository.statistics().damagedSegments()).isZero();
    }
    try (Repository repository = fixture.open()) {
      assertThat(verify(repository).isSound()).isEqualTo(!rot.losesData());
      backUp(repository, vm(1), Map.of("disk0", content));
      VerifyReport healed = verify(repository);
      assertThat(healed.isSound()).as(healed.toString()).isTrue();
      assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);

      sweep(repository);
      requireInTrash();
      fixture.clock().forward(Duration.ofDays(365));
      sweep(repository);
      assertThat(files(fixture.directory().resolve("trash"))).isEmpty();
      assertThat(files(fixture.directory().resolve("state")).toString())
          .doesNotContain("damage", "doubt");
      requireNoLeak(repository);
      assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
    }
  }

  @Test
  void bringsADamagedPackBackAsItWas() throws IOException {
    rot(Rot.FLIPPED);
    try (Repository repository = fixture.open()) {
      List<String> lost = ranges(verify(repository));
      sweep(repository);
      repository.sweeper().restore(repository.sweeper().retired().getFirst());
      assertThat(repository.statistics().damagedSegments()).isPositive();
      assertThat(Files.readAllBytes(pack)).isEqualTo(rotten);
      VerifyReport back = verify(repository);
      assertThat(back.damagedPacks()).hasSize(1);
      assertThat(ranges(back)).isEqualTo(lost);
      sweep(repository);
      requireInTrash();
    }
  }

  @Test
  void keepsADamagedPackAlsoWhenRoomIsShort() throws IOException {
    rot(Rot.CUT_OFF);
    try (Repository repository = fixture.open()) {
      RestorePoint gone = backUp(repository, vm(2), Map.of("disk0", bytes(2, SIZE)));
      repository.pruner().forget(gone.id());
      sweep(repository);
      repository
          .sweeper()
          .sweep(
              SweepRequest.standard().withKeeping(Duration.ZERO, Duration.ofDays(1)),
              SweepListener.NONE);
      assertThat(repository.sweeper().retired()).hasSizeGreaterThan(1);
    }
    RoomReserve everything = new RoomReserve(100, Long.MAX_VALUE / 4, 100);
    try (Repository repository =
        TestRepository.open(fixture.directory(), fixture.options().withReserve(everything))) {
      sweep(repository);
      requireInTrash();
      assertThat(repository.sweeper().retired()).hasSize(1);
    }
  }

  @Test
  void doesNotGiveUpWhatReadsAgain() throws IOException {
    rot(Rot.FLIPPED);
    byte[] damaged = rotten;
    try (Repository repository = fixture.open()) {
      verify(repository);
      for (int at = 20_000; at < 30_000; at += 100) {
        damaged[at] ^= 0x10;
      }
      Files.write(pack, damaged);
      sweep(repository);
      VerifyReport after = verify(repository);
      assertThat(after.isSound()).as(after.toString()).isTrue();
      assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
    }
  }

  /** Each change of the file system fails, and all that come after it: the process is gone. */
  @ParameterizedTest
  @EnumSource
  void losesNothingMoreWhereverItIsCutOff(Rot rot) throws IOException {
    rot(rot);
    List<String> lost;
    try (Repository repository = fixture.open()) {
      lost = ranges(verify(repository));
    }
    Path original = fixture.directory();
    int total = cutOff(original, rot, Integer.MAX_VALUE, lost);
    assertThat(total).isGreaterThan(10);
    // Each way takes another third of the places, since each place takes a repository.
    for (int failing = 1 + List.of(Rot.values()).indexOf(rot);
        failing <= total;
        failing += Rot.values().length) {
      cutOff(original, rot, failing, lost);
    }
  }

  private int cutOff(Path original, Rot rot, int failing, List<String> lost) throws IOException {
    Path copy = directory.resolve("copy-" + failing);
    try (Stream<Path> paths = Files.walk(original)) {
      for (Path path : paths.toList()) {
        Files.copy(path, copy.resolve(original.relativize(path)));
      }
    }
    FaultyFiles files = new FaultyFiles();
    AtomicInteger operations = new AtomicInteger();
    try (Repository repository = TestRepository.open(copy, fixture.options().withFiles(files))) {
      files.failIf(event -> {
        if (event.operation() != Operation.READ && operations.incrementAndGet() >= failing) {
          throw new IOException("injected into " + event);
        }
      });
      sweep(repository);
    } catch (IOException e) {
      assertThat(e).as("operation %d", failing).hasStackTraceContaining("injected");
    }
    try (Repository repository = TestRepository.open(copy, fixture.options())) {
      assertThat(ranges(verify(repository))).as("operation %d", failing).isEqualTo(lost);
      sweep(repository);
      VerifyReport after = verify(repository);
      assertThat(ranges(after)).as("operation %d", failing).isEqualTo(lost);
      assertThat(after.damagedPacks()).as("operation %d", failing).isEmpty();
      assertThat(files(copy.resolve("trash"))).as("operation %d", failing).anyMatch(this::isRotten);
      backUp(repository, vm(1), Map.of("disk0", content));
      VerifyReport healed = verify(repository);
      assertThat(healed.isSound()).as("operation %d: %s", failing, healed).isTrue();
      assertThat(rot.losesData()).isEqualTo(!lost.isEmpty());
    }
    return operations.get();
  }

  private boolean isRotten(Path file) {
    try {
      return Arrays.equals(Files.readAllBytes(file), rotten);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
